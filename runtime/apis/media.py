"""JSON or XML: what an operation offers, and what its caller sends and wants (RFC 9110, section 12.5.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from runtime.contracts.contract import JSON, Contract, Operation
from runtime.problems import Rejected

if TYPE_CHECKING:
    from runtime.apis.xml_text import XmlShape

XML = "application/xml"
ALIASES = {"text/xml": XML}
COVERED = {"*/*": {JSON, XML}, "application/*": {JSON, XML}, "text/*": {XML}}


@dataclass(frozen=True, slots=True)
class XmlBodies:
    """Of one operation: the shapes of what it takes and answers with."""

    request: "XmlShape | None"
    answers: Mapping[int, "XmlShape"]

    @classmethod
    def of(cls, contract: Contract, operation: Operation) -> "XmlBodies | None":
        """None for an operation that has nothing but JSON."""
        if not _speaks_xml(operation):
            return None
        from runtime.apis.xml_text import XmlShape  # lxml is loaded where it is spoken only

        request = operation.body_schema(XML)
        answers = {
            status: XmlShape.of(contract.document, schema)
            for status in operation.statuses
            if (schema := operation.success_schema(status, XML)) is not None
        }
        return cls(XmlShape.of(contract.document, request) if request else None, answers)

    def as_json(self, content: bytes) -> bytes:
        """A request as JSON, not validated yet. Raises Rejected."""
        return orjson.dumps(self.request.read(content)) if self.request else content

    def as_xml(self, status: int, content: bytes) -> bytes:
        shape = self.answers.get(status)
        return shape.write(orjson.loads(content)) if shape and content else content


def faults(contract: Contract, operation: Operation) -> Iterator[str]:
    """Where JSON and XML are not the same of it."""
    bodies = XmlBodies.of(contract, operation)
    if bodies is None:
        return
    if operation.body_schema() != operation.body_schema(XML):
        yield f"{operation.id}: request body: JSON and XML are not of one schema"
    for status in operation.statuses:
        if operation.success_schema(status) != operation.success_schema(status, XML):
            yield f"{operation.id}: response {status}: JSON and XML are not of one schema"
    for shape in filter(None, (bodies.request, *bodies.answers.values())):
        yield from (f"{operation.id}: {shape.root}: {fault}" for fault in shape.faults())


def _speaks_xml(operation: Operation) -> bool:
    places = [operation.document["requestBody"]]
    places += [operation.document["responses"][str(status)] for status in operation.statuses]
    return any(XML in place.get("content", {}) for place in places)


def media_type(header: bytes) -> str:
    """Without its parameters."""
    named = header.split(b";", 1)[0].strip().lower().decode("latin-1")
    return ALIASES.get(named, named)


def wants_xml(accept: bytes | None) -> bool:
    """Whether XML is preferred; JSON where both are as good. Raises Rejected when it is neither."""
    if not accept:
        return False
    quality = {JSON: -1.0, XML: -1.0}
    for _, name, weight in sorted(_ranges(accept)):
        quality |= dict.fromkeys(quality.keys() & COVERED.get(name, {name}), weight)
    if max(quality.values()) <= 0:
        raise Rejected(
            "application/json and application/xml are there",
            kind="not-acceptable",
            title="There is no such representation",
            status=406,
        )
    return quality[XML] > quality[JSON]


def _ranges(accept: bytes) -> Iterator[tuple[int, str, float]]:
    """Each media range with how specific it is before it, and its quality behind."""
    for part in accept.split(b","):
        name, _, parameters = part.partition(b";")
        media = media_type(name)
        specific = 0 if media == "*/*" else 1 if media.endswith("/*") else 2
        yield specific, media, _quality(parameters.decode("latin-1"))


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
