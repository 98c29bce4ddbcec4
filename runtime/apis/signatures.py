"""Whether a handler takes what its operation gives: the contract's parameters, the body, the resource."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_type_hints

from runtime.apis import selection
from runtime.apis.parameters import annotation, unenforced
from runtime.contracts.client_source import snake
from runtime.contracts.contract import Operation, Parameter


class Opened:
    """Marks the argument that is the resource of the API: `Annotated[Erp, Opened]`."""


class Metered:
    """Marks the argument that is what counts the API's calls: `Annotated[Meter, Metered]`."""


MARKS = {Opened: "opened", Metered: "meter"}
"""What an application holds for its handlers, by the name it has there."""


def hints(handler: Any) -> dict[str, Any]:
    return get_type_hints(handler, include_extras=True)


def resources(handler: Any) -> dict[str, str]:
    """The arguments that are marked, and what each is for the application."""
    return {
        name: held
        for name, kind in hints(handler).items()
        for mark, held in MARKS.items()
        if mark in getattr(kind, "__metadata__", ())
    }


def differences(operation: Operation, handler: Any) -> Iterator[str]:
    """Every way in which the arguments differ from the contract, one line each."""
    if faults := [(p, fault) for p in operation.parameters for fault in unenforced(p)]:
        yield from (f"{operation.id}: parameter {p.name}: {fault}" for p, fault in faults)
        return
    declared = {snake(p.name): p for p in operation.parameters}
    wanted, typed = inspect.signature(handler).parameters, hints(handler)
    if not inspect.iscoroutinefunction(handler):
        yield f"{operation.id}: the handler is not async"
    yield from _missing(operation, declared, wanted)
    yield from _mistyped(operation, declared, typed)
    yield from _unknown(operation, declared, wanted, resources(handler))
    yield from _misanswered(operation, typed)


def _missing(
    operation: Operation, declared: Mapping[str, Parameter], wanted: Mapping[str, Any]
) -> Iterator[str]:
    for name, parameter in declared.items():
        # A header may be for the gate alone; it is validated all the same. So is what selects.
        if name not in wanted and parameter.place != "header" and name != selection.NAME:
            yield f"{operation.id}: the handler does not take {parameter.place} parameter {name}"
    if operation.body_schema() and "body" not in wanted:
        yield f"{operation.id}: the handler does not take the body"
    if operation.verified_by and "message" not in wanted:
        yield f"{operation.id}: the handler does not take the message"
    if operation.item_by_item and "refused" not in wanted:
        yield f"{operation.id}: the handler does not take the refused items"


def _mistyped(
    operation: Operation, declared: Mapping[str, Parameter], typed: Mapping[str, Any]
) -> Iterator[str]:
    for name, parameter in declared.items():
        promised = annotation(parameter.schema)
        if not parameter.required and "default" not in parameter.schema:
            promised = promised | None
        if name in typed and typed[name] != promised:
            yield f"{operation.id}: parameter {name}: contract {promised}, handler {typed[name]}"


def _unknown(
    operation: Operation,
    declared: Mapping[str, Parameter],
    wanted: Mapping[str, Any],
    marked: Iterable[str],
) -> Iterator[str]:
    known = {*declared, *marked, *(["body"] if operation.body_schema() else [])}
    known |= {"message"} if operation.verified_by else set()
    known |= {"refused"} if operation.item_by_item else set()
    for name in wanted:
        if name not in known:
            yield f"{operation.id}: the handler takes {name}, which the contract does not have"


def _misanswered(operation: Operation, typed: Mapping[str, Any]) -> Iterator[str]:
    """Only that something or nothing is answered; what it is, conformity compares."""
    answers = typed.get("return", type(None)) is not type(None)
    if answers != (operation.success_schema() is not None):
        promised = "no content" if answers else "content"
        yield f"{operation.id}: the contract answers with {promised}, the handler does not"
