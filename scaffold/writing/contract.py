"""contracts/system/NAME/v1.yaml: our contract, in the form all of them have."""

from collections.abc import Mapping
from typing import Any

from scaffold.system import Leaf, Listing, Member, Operation, Record, Shape, System, Table
from scaffold.writing.yaml_text import COMMENT, Flow, dump

CANONICAL = "../../canonical.yaml#/components"


def contract(system: System) -> str:
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{system.title} System API",
            "version": "1.0.0",
            "description": system.description,
        },
        "servers": [Flow(url=f"/system/{system.name}/v1")],
        "tags": [Flow(name=system.name)],
        "paths": _paths(system),
        "components": {
            "securitySchemes": {"oauth2": _ref(f"{CANONICAL}/securitySchemes/oauth2")},
            **({"schemas": {r.name: _record(r) for r in system.records}} if system.records else {}),
        },
    }
    return dump(document)


def scope(system: System, operation: Operation) -> str:
    return f"{system.name}:{'read' if operation.read else 'write'}"


def _paths(system: System) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in system.operations:
        paths.setdefault(operation.path, {})[operation.method] = _operation(system, operation)
    return paths


def _operation(system: System, operation: Operation) -> dict[str, Any]:
    described = {"description": operation.description} if operation.description else {}
    parameters = [
        Flow(
            {
                "name": p.member.name,
                "in": p.place,
                **_needed(p.member),
                "schema": schema(p.member.shape),
            }
        )
        for p in operation.parameters
    ]
    body = {"required": True, "content": _content(operation.body)} if operation.body else None
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        **described,
        "tags": [system.name],
        "security": [Flow(oauth2=[scope(system, operation)])],
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": body} if body else {}),
        "responses": {
            str(operation.status): _answer(operation),
            "default": _ref(f"{CANONICAL}/responses/Problem"),
        },
    }


def _needed(member: Member) -> dict[str, Any]:
    return {"required": True} if member.required else {}


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return Flow(description="It is done")
    return {"description": "What the backend says", "content": _content(operation.answer)}


def _content(record: Record) -> Flow:
    return Flow({"application/json": Flow(schema=_ref(f"#/components/schemas/{record.name}"))})


def _ref(target: str) -> Flow:
    return Flow({"$ref": target})


def _record(record: Record) -> dict[str, Any]:
    required = [member.name for member in record.members if member.required]
    return {
        "type": "object",
        **({"description": record.doc} if record.doc else {}),
        **({"additionalProperties": False} if record.sent else {}),
        **({"required": required} if required else {}),
        "properties": {member.name: _member(member) for member in record.members},
    }


def _member(member: Member) -> Mapping[str, Any]:
    made = schema(member.shape)
    if not member.doc or "$ref" in made:  # a record says what it is itself
        return made
    return Flow({"type": made["type"], "description": member.doc, **made})


def schema(shape: Shape) -> Flow:
    if isinstance(shape, Record):
        return _ref(f"#/components/schemas/{shape.name}")
    if isinstance(shape, Table):
        return Flow(type="object", additionalProperties=schema(shape.values))
    if isinstance(shape, Listing):
        least = {"minItems": shape.least} if shape.least else {}
        most = {} if shape.most is None else {"maxItems": shape.most}
        return Flow(type="array", **least, **most, items=schema(shape.item))
    return _leaf(shape)


def _leaf(leaf: Leaf) -> Flow:
    return Flow({**({COMMENT: leaf.note} if leaf.note else {}), **leaf.schema})
