"""tests/connectors/NAME/: examples of every call, and a test through the front door."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts.client_source import snake
from scaffold import examples
from scaffold.system import Member, Operation, System
from scaffold.writing.arguments import after_body, by_name
from scaffold.writing.kept import VALUE, Kept
from scaffold.writing.port import class_name
from scaffold.writing.templates import filled


def calls(system: System, options: Mapping[str, str], path: str) -> str:
    """examples.py: what the suites of all connectors call it with."""
    entries = "\n".join(_call(system, operation) for operation in system.operations)
    asked = "\n".join(f'    "{o.id}": {_asked(o)},' for o in system.operations)
    return filled(
        "examples",
        name=system.name,
        title=system.title,
        vendor=system.vendor,
        port_class=class_name(system),
        path=path,
        options=", ".join(f"{key!r}: {value!r}" for key, value in options.items()),
        bodies="\n".join(_bodies(system)),
        calls=entries,
        asked=asked,
        v1=f"from contracts.models.system.{system.name} import v1\n"
        if any(o.body for o in system.operations)
        else "",
    )


def front_door(system: System, kept: Kept | None) -> str:
    """test_VENDOR.py."""
    parts = [filled("front_door", name=system.name, title=system.title)]
    body = next((o for o in system.operations if o.body), None)
    if body is not None:
        parts.append(filled("bad_body", operation=body.id))
    needed = next(((o, p) for o in system.operations for p in o.parameters if _needed(p)), None)
    if needed is not None:
        parts.append(
            filled("bad_parameter", operation=needed[0].id, parameter=needed[1].member.name)
        )
    if kept is not None:
        place = ", ".join(map(repr, kept.place))
        places = {"stores": kept.stores.id, "shows": kept.shows.id}
        parts.append(filled("kept", **places, place=place, value=VALUE))
    return "\n\n".join(parts)


def _needed(parameter: Any) -> bool:
    return bool(parameter.member.required and parameter.place == "query")


def _constant(operation: Operation) -> str:
    return snake(operation.id).upper()


def _bodies(system: System) -> Iterator[str]:
    for operation in system.operations:
        if operation.body:
            yield f"{_constant(operation)}: Json = {examples.ours(operation.body)!r}\n"


def _call(system: System, operation: Operation) -> str:
    given = [repr(examples.argument(member)) for member in operation.placed("path")]
    if operation.body:
        given.append(f"v1.{operation.body.name}.model_validate({_constant(operation)})")
    for member in after_body(operation):
        name = f"{snake(member.name)}=" if by_name(operation) else ""
        given.append(f"{name}{examples.argument(member)!r}")
    method = snake(operation.id)
    return f'    "{method}": lambda {system.name}: {system.name}.{method}({", ".join(given)}),'


def _asked(operation: Operation) -> str:
    path = operation.path
    for member in operation.placed("path"):
        path = path.replace(f"{{{member.name}}}", str(examples.argument(member)))
    given = [repr(operation.method.upper()), repr(path)]
    if query := _arguments(operation.placed("query")):
        given.append(f"query={query!r}")
    if header := _arguments(operation.placed("header")):
        given.append(f"headers={header!r}")
    if operation.body:
        given.append(f"body={_constant(operation)}")
    if operation.status != 200:
        given.append(f"status={operation.status}")
    return f"Asked({', '.join(given)})"


def _arguments(members: list[Member]) -> dict[str, Any]:
    return {m.name: _query(examples.argument(m)) for m in members}


def _query(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
