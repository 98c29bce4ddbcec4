"""A REST backend told by a file: JSON, a key in `X-Api-Key` (`sandbox-key`).

operations.yaml has a route for each operation, an example of its answer, and what it does with documents:
`keep` what is sent, `show`, `list` or `forget` what is kept under the same values of the path. Whatever
was never kept is answered with the example.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call, RestBackend, Route
from sandbox.simulated import documents

KEY = "sandbox-key"

ONE = "/"
"""The key of what is one of its kind, which no path calls so."""


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    status: int = 200
    answer: Json = None
    """An example; None where there is no content."""
    does: Literal["keep", "show", "list", "forget"] | None = None
    kind: str = ""
    by: str | None = None
    """The member that is the last value of the path, of those that are kept without one."""
    numbered: bool = False
    """Whether that member is new each time, and not sent."""
    same: Sequence[str] = ()
    """The members of an answer that hold what was sent."""
    items: str | None = None
    """The member that lists what is kept; None where the whole answer does."""

    def handle(self, call: Call) -> Reply:
        answer = self._done(call)
        return Reply(204) if self.status == 204 else json_reply(self.status, answer)

    def _done(self, call: Call) -> Json:
        if self.does == "keep":
            return self._filled(self.answer, self._keep(call))
        if self.does == "list":
            return self._listed(call)
        if self.does is None:
            return self.answer
        keys = _of_one(call.args)
        found = documents.find(call.db, self.kind, keys)
        if self.does == "forget":
            documents.forget(call.db, self.kind, keys)
        return self._filled(self.answer, json.loads(found[0])) if found else self.answer

    def _keep(self, call: Call) -> Json:
        sent = call.body if isinstance(call.body, dict) else {}
        if self.by is None:
            keys = _of_one(call.args)
        else:
            value = None if self.numbered else sent.get(self.by)
            if value is None:
                value = type(self.answer[self.by])(documents.next_number(call.db))
            sent = {**sent, self.by: value}
            keys = {**call.args, ONE: str(value)}
        documents.forget(call.db, self.kind, keys)
        documents.keep(call.db, self.kind, keys, json.dumps(sent))
        return sent

    def _listed(self, call: Call) -> Json:
        found = [json.loads(content) for content in documents.find(call.db, self.kind, call.args)]
        examples = self.answer[self.items] if self.items is not None else self.answer
        if not found or not examples:
            return self.answer
        items = [self._filled(examples[0], one) for one in found]
        return items if self.items is None else {**self.answer, self.items: items}

    def _filled(self, example: Json, kept: Mapping[str, Json]) -> Json:
        if not isinstance(example, dict):
            return example
        return {**example, **{name: kept[name] for name in self.same if name in kept}}


class Rest(RestBackend):
    credential = ("x-api-key", KEY)

    def say(self, status: int, message: str) -> Json:
        return {"error": {"status": status, "message": message}}

    def state(self) -> Json:
        return documents.state(self.db)


def told_by(folder: Path) -> type[Rest]:
    """The backend that a folder's operations.yaml tells."""
    told = yaml.safe_load((folder / "operations.yaml").read_text())["operations"]
    operations = [Operation(name, **said) for name, said in told.items()]
    # Fixed paths before templates: /orders/mine is not an order named mine.
    operations.sort(key=lambda operation: operation.path.count("{"))

    class Told(Rest):
        routes = [Route(o.method, o.path, o.name, o.handle) for o in operations]  # noqa: RUF012

    return Told


def _of_one(args: Mapping[str, str]) -> dict[str, str]:
    """The last value of a path says which of its kind is meant."""
    keys = dict(args)
    if keys:
        keys[ONE] = keys.pop(list(keys)[-1])
    return keys
