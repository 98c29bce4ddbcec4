"""The operations of an OpenAPI document as those of a System API."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from runtime.apis.parameters import ENFORCED
from runtime.contracts.client_source import snake
from runtime.contracts.contract import METHODS
from scaffold import names
from scaffold.reading.openapi.document import Document, Node
from scaffold.reading.openapi.types import Schemas
from scaffold.system import (
    Leaf,
    Listing,
    Member,
    Operation,
    Parameter,
    Place,
    Record,
    Refused,
    Shape,
    System,
    records_of,
    refused,
)

OURS = frozenset({"accept", "authorization", "content-type", "x-api-key"})
"""Headers that are the connector's to send (OpenAPI says to ignore the first three)."""

JSON = re.compile(r"application/(.+\+)?json\b")


def system_of(
    document: Document, name: str, vendor: str, title: str, only: Collection[str]
) -> System:
    """Raises Refused, naming each operation that cannot be made; `only`: these alone."""
    reader, operations, reasons = _Reader(document), list[Operation](), list[str]()
    known = set()
    for method, path, item, node in _nodes(document):
        said = node.get("operationId") or f"{method} {path}"
        known.add(said)
        if only and said not in only:
            continue
        try:
            operations.append(reader.operation(method, path, item, node))
        except Refused as error:
            reasons += [f"{said}: {reason}" for reason in error.reasons]
    reasons += [f"{one}: there is no such operation" for one in only if one not in known]
    reasons += _twice(operations)
    if reasons or not operations:
        raise refused(reasons or ["it has no operations"], operations)
    info = document.root.get("info", {})
    servers = [str(s.get("url")) for s in document.root.get("servers", ()) if s.get("url")]
    return System(
        name=name,
        vendor=vendor,
        title=title,
        description=names.sentence(
            str(info.get("description") or ""), f"{names.title(name)}, whichever backend keeps it"
        )
        + ".",
        operations=tuple(operations),
        records=records_of(operations),
        notes=tuple(f"Its description says that it is served at {url}" for url in servers),
    )


def _nodes(document: Document) -> Iterator[tuple[str, str, Node, Node]]:
    for path, item in document.root["paths"].items():
        item = document.resolve(item)  # noqa: PLW2901 - the same thing, at its place
        for method in METHODS:
            if method in item:
                yield method, str(path), item, item[method]


def _twice(operations: list[Operation]) -> Iterator[str]:
    for kind, said in (
        ("operation", [snake(o.id) for o in operations]),
        ("path", [f"{o.method} {o.path}" for o in operations]),
    ):
        yield from (
            f"{one}: more than one {kind} of this name"
            for one in sorted(set(said))
            if said.count(one) > 1
        )


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = Schemas(document)

    def operation(self, method: str, path: str, item: Node, node: Node) -> Operation:
        name = str(node.get("operationId") or f"{method} {path}")
        title = names.pascal(name)
        parameters = list(self._parameters(item, node))
        body, bare_body = self._body(node, f"{title}Request")
        status, answer, bare_answer = self._answer(node, f"{title}Response")
        ours = _path(path, parameters)
        return Operation(
            id=names.camel(name),
            name=name,
            method=method,
            path=ours,
            summary=names.sentence(str(node.get("summary") or node.get("description") or ""))
            or names.title(name),
            read=method == "get",
            parameters=tuple(parameters),
            body=body,
            answer=answer,
            their_path=ours,
            bare_body=bare_body,
            bare_answer=bare_answer,
            status=status,
        )

    def _parameters(self, item: Node, node: Node) -> Iterator[Parameter]:
        found: dict[tuple[str, str], Node] = {}
        for one in [*item.get("parameters", ()), *node.get("parameters", ())]:
            parameter = self._document.resolve(one)
            found[str(parameter.get("in")), str(parameter.get("name"))] = parameter
        taken: set[str] = set()
        for (place, name), parameter in found.items():
            if place == "header" and name.lower() in OURS:
                continue
            made = self._parameter(place, name, parameter)
            if snake(made.member.name) in taken:
                raise Refused([f"more than one parameter is called {snake(made.member.name)}"])
            taken.add(snake(made.member.name))
            yield made

    def _parameter(self, place: str, name: str, node: Node) -> Parameter:
        if place not in ("path", "query", "header"):
            raise Refused([f"parameter {name}: a {place} parameter"])
        if "schema" not in node:
            raise Refused([f"parameter {name}: it has no schema"])
        shape = _plain(self._schemas.shape(node["schema"], name))
        if shape is None or (place == "header" and not _is_text(shape)):
            raise Refused([f"parameter {name}: what it holds cannot be a {place} parameter"])
        ours = name if place == "header" else names.camel(name)
        required = place == "path" or node.get("required") is True
        where: Place = "path" if place == "path" else "query" if place == "query" else "header"
        return Parameter(Member(ours, name, shape, required), where)

    def _body(self, node: Node, name: str) -> tuple[Record | None, bool]:
        if "requestBody" not in node:
            return None, False
        content = self._document.resolve(node["requestBody"]).get("content", {})
        media = _json(content)
        if media is None:
            raise Refused([f"its body is {names.listed(list(content)) or 'nothing'}, and not JSON"])
        return self._record(media.get("schema", {}), name)

    def _answer(self, node: Node, name: str) -> tuple[int, Record | None, bool]:
        responses = {str(code): r for code, r in node.get("responses", {}).items()}
        successes = sorted(code for code in responses if re.fullmatch("2[0-9][0-9]", code))
        if not successes:
            raise Refused(["it declares no success: name the status"])
        for code in successes:
            content = self._document.resolve(responses[code]).get("content", {})
            if (media := _json(content)) is not None:
                return int(code), *self._record(media.get("schema", {}), name)
            if content:
                raise Refused([f"its answer is {names.listed(list(content))}, and not JSON"])
        if "204" not in successes:
            raise Refused(
                [f"its success, {successes[0]}, has no content: only 204 is told from a lost one"]
            )
        return 204, None, False

    def _record(self, schema: Node, name: str) -> tuple[Record, bool]:
        """The record of a body; True where it is none, and ours has it as its only member."""
        shape = self._schemas.shape(schema, name)
        if isinstance(shape, Record):
            return shape, False
        record = self._schemas.named(name)
        word = "items" if isinstance(shape, Listing) else "value"
        record.members = [Member(word, word, shape, required=True)]
        return record, True


def _json(content: Node) -> Any:
    return next((media for kind, media in content.items() if JSON.match(str(kind))), None)


def _path(path: str, parameters: list[Parameter]) -> str:
    """With our names of its parameters."""
    ours = {p.member.key: p.member.name for p in parameters if p.place == "path"}
    if missing := set(re.findall(r"{([^}]+)}", path)) ^ ours.keys():
        raise Refused(
            [
                f"path parameter {one} is not both in the path and declared"
                for one in sorted(missing)
            ]
        )
    return re.sub(r"{([^}]+)}", lambda found: f"{{{ours[found[1]]}}}", path)


def _plain(shape: Shape) -> Shape | None:
    """As far as parameters are checked; None for what cannot be one."""
    if isinstance(shape, Listing):
        item = _plain(shape.item)
        return Listing(item, shape.least, shape.most) if isinstance(item, Leaf) else None
    if not isinstance(shape, Leaf) or shape.schema.get("type") in (None, "object"):
        return None
    kept = {key: value for key, value in shape.schema.items() if key in ENFORCED}
    return replace(shape, schema=kept, conversion="same")


def _is_text(shape: Shape) -> bool:
    return isinstance(shape, Leaf) and shape.schema.get("type") == "string"
