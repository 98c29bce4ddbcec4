"""The operations of a WSDL's port as those of a System API."""

import re
from collections.abc import Collection, Iterator

from connectors.protocols.soap.codec.messages import is_wrapper
from connectors.protocols.soap.operation import Operation as Spoken
from connectors.protocols.soap.wsdl import Port
from runtime.apis.parameters import ENFORCED
from scaffold import names
from scaffold.reading.wsdl.types import Records
from scaffold.system import (
    Leaf,
    Member,
    Operation,
    Parameter,
    Refused,
    System,
    records_of,
    refused,
)

READS = re.compile(
    "(get|find|list|search|query|read|check|look-?up|retrieve|fetch|count|describe|is|has|show|view"
    "|validate|verify|calculate|ping|select|browse|download|track)(?![a-z])"
)
"""How operations begin that change nothing."""


def system_of(port: Port, name: str, vendor: str, title: str, only: Collection[str]) -> System:
    """Raises Refused, naming each operation that cannot be made; `only`: these alone."""
    reasons = [f"{o}: the WSDL has no such operation" for o in only if o not in _declared(port)]
    records, operations = Records(), []
    for spoken in _wanted(port, only, reasons):
        try:
            operations.append(_operation(spoken, records))
        except Refused as error:
            reasons += [f"{spoken.name}: {reason}" for reason in error.reasons]
    reasons += _twice(operations)
    if not reasons and not operations:
        reasons.append("it has no operations")
    if reasons:
        raise refused(reasons, operations)
    return System(
        name=name,
        vendor=vendor,
        title=title,
        description=f"{names.title(name)}, whichever backend keeps it.",
        operations=tuple(operations),
        records=records_of(operations),
        notes=tuple(records.notes),
    )


def _declared(port: Port) -> set[str]:
    return {*port.operations, *port.unspoken}


def _wanted(port: Port, only: Collection[str], reasons: list[str]) -> Iterator[Spoken]:
    for name, why in port.unspoken.items():
        if not only or name in only:
            reasons.append(f"{name}: {why}")
    for name, spoken in port.operations.items():
        if not only or name in only:
            yield spoken


def _twice(operations: list[Operation]) -> Iterator[str]:
    ids = [operation.id for operation in operations]
    for operation in operations:
        if ids.count(operation.id) > 1:
            yield f"{operation.name}: another operation would be called {operation.id} as well"


def _operation(spoken: Spoken, records: Records) -> Operation:
    if spoken.fallbacks:
        kind, why = next(iter(spoken.fallbacks.items()))
        raise Refused([f"{kind} is not compiled: {why}"])
    if spoken.reply is None:
        raise Refused(["it has no answer, so that nobody would know whether it was done"])
    title = names.pascal(spoken.name)
    request = None
    if (sent := spoken.request) is not None:
        request = records.of_message(sent, f"{title}Request", wrapper=is_wrapper(sent))
    answer = records.of_message(spoken.reply, f"{title}Response")
    read = READS.match(names.kebab(spoken.name)) is not None
    by_get = read and all(_simple(member) for member in (request.members if request else ()))
    parameters = tuple(Parameter(m, "query") for m in request.members) if by_get and request else ()
    return Operation(
        id=names.camel(spoken.name),
        name=spoken.name,
        method="get" if by_get else "post",
        path=f"/{names.kebab(spoken.name)}",
        summary=names.title(spoken.name),
        read=read,
        parameters=parameters,
        body=None if by_get else request,
        answer=answer,
        status=204 if answer is None else 200,
    )


def _simple(member: Member) -> bool:
    """Whether it can be a query parameter, which is checked by fewer words than a body."""
    shape = member.shape
    return (
        isinstance(shape, Leaf)
        and shape.conversion in ("same", "decimal")
        and shape.schema.keys() <= ENFORCED
        and not member.branches
    )
