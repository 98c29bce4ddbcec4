"""Reads an OpenAPI 3.1 contract: one self-contained document and its operations by operationId."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

import contracts

CONTRACTS = Path(contracts.__file__).parent
METHODS = ("get", "put", "post", "delete", "patch")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # six times faster where libyaml is there


class ContractError(Exception):
    """A contract is broken, or code and contract differ; every difference is named."""

    def __init__(self, contract: str, differences: list[str]) -> None:
        super().__init__("\n  - ".join([f"{contract}: code and contract differ", *differences]))
        self.differences = differences


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

    def success_schema(self) -> Mapping[str, Any] | None:
        return _json_schema(self.document["responses"][str(self.statuses[0])])

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
        return {operation.id: operation for operation in self._read_operations()}

    def _read_operations(self) -> Iterator[Operation]:
        faults: list[str] = []
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    shared = item.get("parameters", [])
                    yield self._operation(method, path, item[method], shared, faults)
        if faults:
            raise ContractError(self.name, faults)

    def _operation(
        self, method: str, path: str, node: dict[str, Any], shared: list[Any], faults: list[str]
    ) -> Operation:
        document = {
            **node,
            "responses": _responses(self.document, node),
            "requestBody": _body(self.document, node),
        }
        parameters = tuple(
            Parameter(
                p["name"], p["in"], p.get("required", False), inlined(self.document, p["schema"])
            )
            for p in (resolve(self.document, p) for p in [*shared, *node.get("parameters", [])])
        )
        scopes = frozenset(
            s for need in node.get("security", []) for ss in need.values() for s in ss
        )
        statuses = tuple(int(code) for code in node["responses"] if code.startswith("2"))
        name = node.get("operationId", f"{method.upper()} {path}")
        if not scopes:
            faults.append(f"{name}: no scope is declared, so nobody could be refused")
        if not statuses:
            faults.append(f"{name}: no success response is declared")
        if node.get("deprecated") and "x-deprecated-since" not in node:
            faults.append(f"{name}: deprecated, but x-deprecated-since does not say since when")
        if "default" not in node["responses"]:
            faults.append(f"{name}: no default (problem) response is declared")
        return Operation(name, method, path, document, parameters, scopes, statuses or (500,))


def _responses(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    return {code: resolve(document, response) for code, response in node["responses"].items()}


def _body(document: dict[str, Any], node: dict[str, Any]) -> Mapping[str, Any]:
    return resolve(document, node.get("requestBody", {}))


def _json_schema(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    media: Mapping[str, Any] | None = node.get("content", {}).get("application/json")
    return media["schema"] if media else None


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow local references until something else is reached."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def inlined(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter's schema without references; they are shallow, so one level of items suffices."""
    schema = resolve(document, schema)
    return {**schema, "items": resolve(document, schema["items"])} if "items" in schema else schema


class Bundle:
    """One document out of a contract and the canonical components it refers to.

    `../../canonical.yaml#/components/schemas/Money` becomes `#/components/schemas/Money`, and Money
    moves in, with everything it refers to itself.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.adopted: dict[str, dict[str, Any]] = {}
        document = self._localised(_read(self.path), self.path)
        components = document.setdefault("components", {})
        for section, held in self.adopted.items():
            components[section] = {**held, **components.get(section, {})}
        self.document: dict[str, Any] = document

    def _localised(self, node: Any, home: Path) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return {"$ref": self._adopt(node["$ref"], home)}
            return {key: self._localised(value, home) for key, value in node.items()}
        if isinstance(node, list):
            return [self._localised(value, home) for value in node]
        return node

    def _adopt(self, reference: str, home: Path) -> str:
        file, _, pointer = reference.partition("#")
        source = (home.parent / file).resolve() if file else home
        _, _, section, name = pointer.split("/")
        try:
            component = _read(source)["components"][section][name]
        except (KeyError, FileNotFoundError):
            raise ContractError(str(self.path), [f"nothing at {reference}"]) from None
        held = self.adopted.setdefault(section, {})
        if source != self.path and name not in held:
            held[name] = {}  # present before it is walked, so that a cycle ends
            held[name] = self._localised(component, source)
        return f"#{pointer}"


@cache
def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a safe loader
    return document


def contract_names(root: Path = CONTRACTS) -> list[str]:
    """Every contract, by name, e.g. `system/erp/v1`."""
    layers = ("experience", "process", "system")
    return sorted(
        str(p.relative_to(root).with_suffix(""))
        for layer in layers
        for p in (root / layer).rglob("v*.yaml")
    )
