"""Reads an OpenAPI 3.1 contract: its document and its operations by operationId."""

import calendar
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import contracts
from runtime.caching import freshness
from runtime.contracts import bodies, budget
from runtime.contracts.bundle import Bundle, ContractError, resolve

CONTRACTS = Path(contracts.__file__).parent
METHODS = ("get", "put", "post", "delete", "patch")
JSON = "application/json"
EVENTS = "text/event-stream"
UNSERVED = frozenset({"head", "options", "trace"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One path, query or header parameter; `schema` has no references left."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    explode: bool = True
    """Of a list in the query: each item as a parameter of its own, or all in one with commas between."""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    document: Mapping[str, Any]
    parameters: tuple[Parameter, ...]
    scopes: frozenset[str]
    statuses: tuple[int, ...]
    """The success statuses declared, the usual one first."""
    item_by_item: str | None = None
    """The array of the body of which each item is judged on its own."""

    @property
    def deprecated(self) -> bool:
        return bool(self.document.get("deprecated", False))

    @property
    def deprecated_since(self) -> str | None:
        """The value of the Deprecation header (RFC 9745): `@` and seconds since the epoch."""
        since = self.document.get("x-deprecated-since")
        return f"@{calendar.timegm(since.timetuple())}" if since else None

    @property
    def signed_by(self) -> str | None:
        """`x-signed-by`: who signs what is sent here (`security.senders`), instead of a token."""
        return self.document.get("x-signed-by")

    @property
    def max_body_bytes(self) -> int | None:
        """`x-max-body-bytes`: of this operation, instead of the configured limit."""
        return self.document.get(bodies.MOST)

    @property
    def verified_by(self) -> str | None:
        """`x-verified-by`: the API that can tell whether a message is genuine; the handler asks it."""
        return self.document.get("x-verified-by")

    @property
    def metered(self) -> bool:
        """`x-metered`: its calls are counted, by client, and there may be only so many of them."""
        return bool(self.document["x-metered"])

    def success_schema(
        self, status: int | None = None, media_type: str = JSON
    ) -> Mapping[str, Any] | None:
        """Of the body that goes with a success status; of the usual one when none is named.

        Of a stream, that of each event's data.
        """
        response = self.document["responses"][str(status or self.statuses[0])]
        return _schema(response, media_type) or _schema(response, EVENTS)

    def headers(self, status: int) -> Set[str]:
        """The names of those declared on a success status."""
        headers: Mapping[str, Any] = self.document["responses"][str(status)].get("headers", {})
        return headers.keys()

    @property
    def streams(self) -> bool:
        """Whether it answers with Server-Sent Events."""
        usual = self.document["responses"][str(self.statuses[0])]
        return EVENTS in usual.get("content", {})

    def body_schema(self, media_type: str = JSON) -> Mapping[str, Any] | None:
        return _schema(self.document.get("requestBody", {}), media_type)


@dataclass(frozen=True)
class Contract:
    """`name` is the path below contracts/ without its ending, e.g. `process/orders/v1`."""

    name: str
    document: dict[str, Any]
    borrowed: frozenset[str]
    """Names of the schemas that came from canonical.yaml."""

    @classmethod
    def load(cls, name: str, root: Path = CONTRACTS) -> "Contract":
        path = root / f"{name}.yaml"
        if not path.is_file():
            raise ContractError(name, [f"there is no contract {path.name} at {path.parent}"])
        bundle = Bundle(path)
        return cls(name, bundle.document, frozenset(bundle.adopted.get("schemas", ())))

    @property
    def layer(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def api(self) -> str:
        """The name without its version, e.g. `process/orders`."""
        return self.name.rsplit("/", 1)[0]

    @property
    def prefix(self) -> str:
        return str(self.document["servers"][0]["url"])

    @property
    def metered(self) -> bool:
        """Whether calls of any of its operations are counted."""
        return any(operation.metered for operation in self.operations.values())

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """By operationId, path by path. Raises ContractError naming every fault."""
        operations = list(self._read_operations())
        faults = [*self._faults(), *(f for o in operations for f in self._faults_of(o))]
        if faults:
            raise ContractError(self.name, faults)
        return {operation.id: operation for operation in operations}

    def _read_operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(method, path, item[method], item.get("parameters", []))

    def _operation(
        self, method: str, path: str, node: dict[str, Any], shared: list[Any]
    ) -> Operation:
        document = {
            "x-metered": self.document.get("x-metered", False),
            **node,
            "responses": {
                code: resolve(self.document, response)
                for code, response in node.get("responses", {}).items()
            },
            "requestBody": resolve(self.document, node.get("requestBody", {})),
        }
        # An operation's own parameter replaces the one its path has under the same name.
        parameters = {
            (p["in"], p["name"]): Parameter(
                p["name"],
                p["in"],
                p.get("required", False),
                inlined(self.document, p["schema"]),
                p.get("explode", True),
            )
            for p in (resolve(self.document, p) for p in [*shared, *node.get("parameters", [])])
        }
        scopes = frozenset(
            s for need in node.get("security", []) for ss in need.values() for s in ss
        )
        statuses = tuple(int(code) for code in document["responses"] if code in SUCCESSES)
        return Operation(
            node.get("operationId", ""),
            method,
            path,
            document,
            tuple(parameters.values()),
            scopes,
            statuses,
            bodies.item_by_item(self.document, _schema(document["requestBody"], JSON)),
        )

    def _faults_of(self, operation: Operation) -> Iterator[str]:
        yield from _faults_of(operation)
        answers = {
            status: schema
            for status in operation.statuses
            if (schema := operation.success_schema(status)) is not None
        }
        name = operation.id or f"{operation.method.upper()} {operation.path}"
        yield from (f"{name}: {fault}" for fault in bodies.faults(operation.document))
        for fault in budget.faults(self.document, operation.document, answers):
            yield f"{name}: {fault}"

    def _faults(self) -> Iterator[str]:
        """What is wrong between the operations, or with all of them."""
        if self.prefix != f"/{self.name}":
            yield f"servers: the URL must be /{self.name}, where callers look for it, not {self.prefix}"
        taken = [body for o in self._read_operations() if (body := o.body_schema())]
        yield from bodies.misplaced(self.document, taken)
        ids = [operation.id for operation in self._read_operations() if operation.id]
        yield from (
            f"{name}: more than one operation" for name in sorted(set(ids)) if ids.count(name) > 1
        )
        for path, item in self.document["paths"].items():
            yield from (
                f"{method.upper()} {path}: not a method we serve"
                for method in sorted(UNSERVED & item.keys())
            )


SUCCESSES = frozenset(str(status) for status in range(200, 300))


def _faults_of(operation: Operation) -> Iterator[str]:
    name = operation.id or f"{operation.method.upper()} {operation.path}"
    responses = operation.document["responses"]
    since = operation.document.get("x-deprecated-since")
    if not operation.id:
        yield f"{name}: it has no operationId"
    yield from (f"{name}: {fault}" for fault in _faults_of_access(operation))
    if not operation.statuses:
        yield f"{name}: no success response is declared"
    if operation.statuses and operation.streams:
        yield from (f"{name}: a stream {fault}" for fault in _faults_of_stream(operation))
    if "2XX" in responses:
        yield f"{name}: name each success status instead of 2XX"
    if operation.deprecated and not isinstance(since, date):
        yield f"{name}: deprecated, but x-deprecated-since is not the date since when"
    if "default" not in responses:
        yield f"{name}: no default (problem) response is declared"
    yield from (
        f"{name}: {fault}" for fault in freshness.faults(operation.method, operation.document)
    )
    taken = {p.name for p in operation.parameters if p.place == "path"}
    for wrong in sorted(taken ^ set(re.findall(r"{([^}]+)}", operation.path))):
        yield f"{name}: path parameter {wrong} is not both in the path and declared"


def _faults_of_access(operation: Operation) -> Iterator[str]:
    ways = [way for way in (operation.signed_by, operation.verified_by) if way]
    if ways and operation.document.get("security") != []:
        yield "what is known by its signature has security: []"
    if len(ways) > 1:
        yield "x-signed-by or x-verified-by, not both"
    if ways and not operation.document["requestBody"]:
        yield "nothing is sent that could be signed"
    if not ways and not operation.scopes:
        yield "no scope is declared, so nobody could be refused"
    if not isinstance(metered := operation.document["x-metered"], bool):
        yield "x-metered is true or false"
    elif metered and operation.verified_by:
        yield "x-metered: nobody knows whose calls these are"


def _faults_of_stream(operation: Operation) -> Iterator[str]:
    if operation.method != "get":
        yield "is asked for with GET"
    if operation.statuses != (200,):
        yield "has no other success than 200"
    yield from (
        f"has no {word}" for word in ("x-cache", "x-max-bytes") if word in operation.document
    )


def _schema(node: Mapping[str, Any], media_type: str) -> Mapping[str, Any] | None:
    media: Mapping[str, Any] | None = node.get("content", {}).get(media_type)
    return media.get("schema") if media else None


def inlined(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter's schema without references; they are shallow, so one level of items suffices."""
    schema = resolve(document, schema)
    return {**schema, "items": resolve(document, schema["items"])} if "items" in schema else schema


def contract_names(root: Path = CONTRACTS) -> list[str]:
    """Every contract, by name, e.g. `system/erp/v1`."""
    layers = ("experience", "process", "system")
    return sorted(
        str(p.relative_to(root).with_suffix(""))
        for layer in layers
        for p in (root / layer).rglob("v*.yaml")
    )
