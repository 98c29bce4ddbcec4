"""Reads an OpenAPI 3.1 contract: its document and its operations by operationId."""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import contracts
from runtime.caching import freshness
from runtime.contracts.bundle import Bundle, ContractError, resolve

CONTRACTS = Path(contracts.__file__).parent
METHODS = ("get", "put", "post", "delete", "patch")
UNSERVED = frozenset({"head", "options", "trace"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One path, query or header parameter; `schema` has no references left."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]


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

    @property
    def deprecated(self) -> bool:
        return bool(self.document.get("deprecated", False))

    @property
    def deprecated_since(self) -> str | None:
        """The value of the Deprecation header (RFC 9745): `@` and seconds since the epoch."""
        since = self.document.get("x-deprecated-since")
        return f"@{calendar.timegm(since.timetuple())}" if since else None

    def success_schema(self, status: int | None = None) -> Mapping[str, Any] | None:
        """Of the body that goes with a success status; of the usual one when none is named."""
        return _json_schema(self.document["responses"][str(status or self.statuses[0])])

    def body_schema(self) -> Mapping[str, Any] | None:
        return _json_schema(self.document.get("requestBody", {}))


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

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """By operationId, path by path. Raises ContractError naming every fault."""
        operations = list(self._read_operations())
        faults = [*self._faults(), *(f for o in operations for f in _faults_of(o))]
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
                p["name"], p["in"], p.get("required", False), inlined(self.document, p["schema"])
            )
            for p in (resolve(self.document, p) for p in [*shared, *node.get("parameters", [])])
        }
        scopes = frozenset(
            s for need in node.get("security", []) for ss in need.values() for s in ss
        )
        statuses = tuple(int(code) for code in document["responses"] if code in SUCCESSES)
        name = node.get("operationId", "")
        return Operation(name, method, path, document, tuple(parameters.values()), scopes, statuses)

    def _faults(self) -> Iterator[str]:
        """What is wrong between the operations, or with all of them."""
        if self.prefix != f"/{self.name}":
            yield f"servers: the URL must be /{self.name}, where callers look for it, not {self.prefix}"
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
    if not operation.scopes:
        yield f"{name}: no scope is declared, so nobody could be refused"
    if not operation.statuses:
        yield f"{name}: no success response is declared"
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


def _json_schema(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    media: Mapping[str, Any] | None = node.get("content", {}).get("application/json")
    return media["schema"] if media else None


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
