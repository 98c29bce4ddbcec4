"""connectors/NAME/VENDOR/__init__.py: the connector, which says what when; words.py says how."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from runtime.contracts.client_source import snake
from scaffold.system import Member, Operation, System
from scaffold.writing.arguments import passed
from scaffold.writing.port import class_name, signature
from scaffold.writing.templates import filled
from scaffold.writing.words import asked, headers, our, their


def soap_connector(system: System, wsdl: str, port: str | None, faults: Sequence[str]) -> str:
    """`wsdl`: its file in connectors/NAME/wsdl/VENDOR; `faults`: the names of those declared."""
    methods = "\n".join(_soap_method(operation) for operation in system.operations)
    return filled(
        "soap_connector",
        **_common(system, methods),
        wsdl=wsdl,
        port=f", {port!r}" if port else "",
        faults=fill(f"Declared are: {', '.join(faults) or 'none'}.", 100),
    )


def rest_connector(system: System) -> str:
    methods = "\n".join(_rest_method(operation) for operation in system.operations)
    bare = any(operation.bare_answer for operation in system.operations)
    return filled(
        "rest_connector",
        **_common(system, methods),
        imports="from dataclasses import replace\n" if bare else "",
        calls=_calls(bare, methods),
        whole=filled("whole_answer") if bare else "",
    )


def _calls(bare: bool, methods: str) -> str:
    reply = "from runtime.calls.http import Reply\n" if bare else ""
    return reply + ("from runtime.calls.paths import segment\n" if "segment(" in methods else "")


def _common(system: System, methods: str) -> dict[str, str]:
    return {
        "name": system.name,
        "title": system.title,
        "vendor": system.vendor,
        "port_class": class_name(system),
        "notes": "".join(f"\n{fill(f'{note}.', 100)}\n" for note in system.notes),
        "methods": methods,
        "v1": f"from contracts.models.system.{system.name} import v1\n" if "v1." in methods else "",
        "literal": "from typing import Literal\n" if "Literal[" in methods else "",
    }


def _soap_method(operation: Operation) -> str:
    given = [p.member for p in operation.parameters]
    said = "{}"
    if given:
        said = f"words.{asked(operation)}({', '.join(passed(operation, given))})"
    elif operation.body:
        said = f"words.{their(operation.body)}(body)"
    read = ", read=True" if operation.read else ""
    call = f"self._backend.call({operation.name!r}, {said}{read})"
    if operation.answer is None:
        return f"    async def {signature(operation)}:\n        await {call}\n"
    return (
        f"    async def {signature(operation)}:\n"
        f"        told = await {call}\n"
        f"        return self._backend.read(told, words.{our(operation.answer)})\n"
    )


def _rest_method(operation: Operation) -> str:
    lines = [f"    async def {signature(operation)}:"]
    sent = ", ".join(_sent(operation))
    lines.append(f"        reply = await self._backend.send({sent})")
    if operation.answer is None:
        lines.append("        self._backend.done(reply)")
    else:
        reply = f"whole(reply, {_only(operation)!r})" if operation.bare_answer else "reply"
        lines.append(f"        return self._backend.read({reply}, words.{our(operation.answer)})")
    return "\n".join(lines) + "\n"


def _only(operation: Operation) -> str:
    assert operation.answer is not None  # noqa: S101 - asked of those alone that have one
    return operation.answer.members[0].key


def _sent(operation: Operation) -> Iterator[str]:
    yield repr(operation.name)
    yield repr(operation.method.upper())
    path = operation.their_path
    for member in operation.placed("path"):
        value = snake(member.name)
        text = value if _is_text(member) else f"str({value})"
        path = path.replace(f"{{{member.name}}}", f"{{segment({text})}}")
    yield f"f{path!r}" if operation.placed("path") else repr(path)
    if query := operation.placed("query"):
        yield f"query=words.{asked(operation)}({', '.join(passed(operation, query))})"
    if sent := operation.placed("header"):
        yield f"headers=words.{headers(operation)}({', '.join(passed(operation, sent))})"
    if operation.body:
        said = f"words.{their(operation.body)}(body)"
        yield f"json={said}" + (
            f"[{operation.body.members[0].key!r}]" if operation.bare_body else ""
        )


def _is_text(member: Member) -> bool:
    return getattr(member.shape, "schema", {}).get("type") == "string"
