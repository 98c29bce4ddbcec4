"""The source text of a typed client: a class per contract, a method per operation."""

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import Contract, Operation, Parameter

PYTHON_TYPES = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}


def snake(name: str) -> str:
    """`customerId` and `Idempotency-Key` as Python names."""
    words = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").lower()
    return f"{words}_" if keyword.iskeyword(words) else words


def python_type(schema: Mapping[str, Any]) -> str:
    """The annotation of a parameter's schema."""
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if schema.get("type") == "array":
        return f"list[{python_type(schema['items'])}]"
    return PYTHON_TYPES[schema["type"]]


def client_source(contract: Contract) -> str:
    # A stream is for a browser: between layers calls are answered whole.
    methods = [_method(contract, o) for o in contract.operations.values() if not o.streams]
    body = "\n\n".join(methods)
    name = "".join(part.title() for part in contract.api.rsplit("/", 1)[1].split("-"))
    info = contract.document["info"]
    head = [
        f"# generated from contracts/{contract.name}.yaml; do not edit",
        f'"""{info["title"]} {info["version"]}, as its callers see it."""',
        "",
        *_imports(contract, body),
        "",
        "",
        f"class {name}Client(ApiClient):",
        f'    api = "{contract.name}"',
        "",
    ]
    return "\n".join(head) + "\n" + body + "\n"


def _imports(contract: Contract, body: str) -> Iterator[str]:
    if "Literal[" in body:
        yield "from typing import Literal"
        yield ""
    used = {
        schema
        for schema in contract.document["components"]["schemas"]
        if re.search(rf"\b{schema}\b", body)
    }
    module = contract.name.replace("/", ".")
    for source, names in (
        ("canonical", used & contract.borrowed),
        (module, used - contract.borrowed),
    ):
        if names:
            yield f"from contracts.models.{source} import {', '.join(sorted(names))}"
    yield "from runtime.calls.client import ApiClient"
    if "segment(" in body:
        yield "from runtime.calls.paths import segment"
    if "@deprecated" in body:
        yield "from typing_extensions import deprecated"


def _method(contract: Contract, operation: Operation) -> str:
    placed: dict[str, list[Parameter]] = {"path": [], "query": [], "header": []}
    for parameter in operation.parameters:
        placed[parameter.place].append(parameter)
    returns = _schema_name(contract, operation, operation.success_schema()) or "None"
    arguments = ", ".join(_arguments(contract, operation, placed))
    lines = [
        f"    async def {snake(operation.id)}({arguments}) -> {returns}:",
        f'        """{operation.document["summary"]}."""',
        f"        {_verb(returns)}({', '.join(_call(operation, placed, returns))})",
    ]
    if operation.deprecated:
        lines.insert(0, f'    @deprecated("{operation.id} is deprecated in {contract.name}")')
    return "\n".join(lines)


def _arguments(
    contract: Contract, operation: Operation, placed: dict[str, list[Parameter]]
) -> Iterator[str]:
    yield "self"
    yield from (f"{snake(p.name)}: {python_type(p.schema)}" for p in placed["path"])
    if body := _schema_name(contract, operation, operation.body_schema()):
        yield f"body: {body}"
    keyword_only = [*placed["query"], *placed["header"]]
    if keyword_only:
        yield "*"
    for p in keyword_only:
        # An idempotency key crosses by itself, from the context; to pass one is to choose another.
        optional = not p.required or p.name.lower() == "idempotency-key"
        yield f"{snake(p.name)}: {python_type(p.schema)}" + (" | None = None" if optional else "")


def _call(operation: Operation, placed: dict[str, list[Parameter]], returns: str) -> Iterator[str]:
    path = operation.path
    for p in placed["path"]:
        path = path.replace(f"{{{p.name}}}", f"{{segment({snake(p.name)})}}")
    yield f'"{operation.method.upper()}"'
    yield f'f"{path}"' if placed["path"] else f'"{path}"'
    if returns != "None":
        yield returns
    for place, argument in (("query", "query"), ("header", "headers")):
        if placed[place]:
            yield f"{argument}={{{', '.join(f'{p.name!r}: {snake(p.name)}' for p in placed[place])}}}"
    if operation.body_schema():
        yield "body=body"


def _verb(returns: str) -> str:
    return "await self.tell" if returns == "None" else "return await self.call"


def _schema_name(
    contract: Contract, operation: Operation, schema: Mapping[str, Any] | None
) -> str | None:
    if schema is None:
        return None
    if "$ref" not in schema:
        raise ContractError(
            contract.name, [f"{operation.id}: name the schema of each body in components"]
        )
    return str(schema["$ref"]).rsplit("/", 1)[1]
