"""One port of a vendored WSDL: what it declares, what zeep made of it, and that these are the same.

The addresses in a WSDL are never used: where a backend is comes from the configuration.
"""

import logging
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lxml import etree

from connectors.protocols.soap.codec.codecs import Codecs
from connectors.protocols.soap.codec.messages import Body, parts_of
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.compiled import CompiledOperation
from connectors.protocols.soap.operation import Operation
from connectors.protocols.soap.schema import Schema
from connectors.protocols.soap.vendored import ROOT, Vendored, WsdlError

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP_11 = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SOAP_12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"


class _Declared(NamedTuple):
    binding: str
    operation: str


@dataclass(frozen=True, slots=True)
class Port:
    soap12: bool
    operations: Mapping[str, Operation]
    unspoken: Mapping[str, str]
    """Operations that are declared and cannot be spoken, with why."""
    codecs: Codecs
    unjudged: str | None
    """Why libxml2 cannot use the schema, where it cannot: replies are then judged by us alone."""

    @property
    def types(self) -> Types:
        """The whole schema, as shapes."""
        return self.codecs.types

    def operation(self, name: str) -> Operation:
        if name in self.unspoken:
            raise WsdlError(f"{name} cannot be spoken: {self.unspoken[name]}")
        if name not in self.operations:
            raise WsdlError(f"{name} is not among the operations of this port")
        return self.operations[name]


def load(
    main: Path, port: str | None = None, *, additions: Literal["ignore", "refuse"] = "ignore"
) -> Port:
    """The port of the WSDL at `main`, by name where there are several. Raises WsdlError.

    `additions`: what becomes of elements and attributes in replies that nobody declared. Ignored
    ones are left out, and reported by name once.
    """
    vendored = Vendored(main.parent)
    try:
        document = _read(vendored, main.name)
        _demand_all(document, vendored.served)
        binding = _binding(document, port)
    except WsdlError as error:
        raise WsdlError(f"{main.name}: {error}") from error
    schema, unjudged = _schema(vendored.served)
    ignore = additions == "ignore"
    codecs = Codecs(vendored.served, document.types, schema, ignore_additions=ignore)
    soap12 = f"{{{binding.nsmap['soap']}}}" == SOAP_12
    bodies = dict(_bodies(binding, vendored.served))
    unspoken = {name: why for name, op in binding.all().items() if (why := _obstacle(op, bodies))}
    operations = {
        name: CompiledOperation(
            op, codecs, soap12=soap12, sent=bodies[name, "input"], got=bodies[name, "output"]
        )
        for name, op in binding.all().items()
        if name not in unspoken
    }
    return Port(soap12, operations, unspoken, codecs, unjudged)


def _schema(served: Mapping[str, bytes]) -> tuple[Schema | None, str | None]:
    try:
        return Schema(served), None
    except WsdlError as error:
        return None, str(error)


def _read(vendored: Any, main: str) -> Any:
    from zeep.settings import Settings
    from zeep.wsdl import Document

    # zeep logs every value it cannot convert, and at DEBUG whole envelopes with their passwords.
    logging.getLogger("zeep").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of operations it drops: `_demand_all` is stricter
        try:
            return Document(ROOT + main, vendored, settings=Settings(forbid_dtd=True))
        except WsdlError:
            raise
        except Exception as error:  # of many kinds, its own and Python's
            raise WsdlError(f"zeep cannot read it: {error}") from error


def _demand_all(document: Any, served: Mapping[str, bytes]) -> None:
    """Raises WsdlError naming the operations that zeep dropped, which it does without an error."""
    declared = Counter(_declared(served))
    loaded = Counter(
        _Declared(binding.name.localname, name)
        for definition in document._definitions.values()  # `bindings` are the root file's only
        for binding in definition.bindings.values()
        for name in binding.all()
    )
    if lost := sorted(declared - loaded):
        names = ", ".join(f"{binding}/{operation}" for binding, operation in lost)
        raise WsdlError(f"zeep could not resolve {len(lost)} of the operations: {names}")


def _declared(served: Mapping[str, bytes]) -> Iterator[_Declared]:
    for content in served.values():
        for binding in etree.fromstring(content).iter(f"{WSDL}binding"):
            if any(binding.find(f"{soap}binding") is not None for soap in (SOAP_11, SOAP_12)):
                for operation in binding.findall(f"{WSDL}operation"):
                    yield _Declared(binding.get("name", ""), operation.get("name", ""))


def _binding(document: Any, wanted: str | None) -> Any:
    from zeep.wsdl.bindings import Soap11Binding, Soap12Binding

    ports = {
        name: port.binding
        for service in document.services.values()
        for name, port in service.ports.items()
        if isinstance(port.binding, Soap11Binding | Soap12Binding)
    }
    if wanted is None and len(ports) == 1:
        return next(iter(ports.values()))
    if wanted not in ports:
        raise WsdlError(f"which port? It has {', '.join(sorted(ports)) or 'none for SOAP'}")
    return ports[wanted]


def _bodies(binding: Any, served: Mapping[str, bytes]) -> Iterator[tuple[tuple[str, str], Body]]:
    """What is said of the Bodies, by operation and `input` or `output`; zeep forgets it."""
    yield from (((name, way), Body()) for name in binding.all() for way in ("input", "output"))
    name = binding.name
    for content in served.values():
        root = etree.fromstring(content)
        if root.get("targetNamespace", "") != (name.namespace or ""):
            continue
        for message in root.iterfind(f"{WSDL}binding[@name='{name.localname}']/{WSDL}operation/*"):
            for body in message.iter(f"{SOAP_11}body", f"{SOAP_12}body"):
                parts = body.get("parts")
                held = None if parts is None else tuple(parts.split())
                parent: Any = message.getparent()
                where = (parent.get("name", ""), etree.QName(message).localname)
                yield where, Body(body.get("use", "literal"), held)


def _obstacle(operation: Any, bodies: Mapping[tuple[str, str], Body]) -> str | None:
    """Why an operation cannot be spoken: what the WS-I Basic Profile forbids, and nobody means."""
    if operation.style == "rpc":
        return None
    for way, message in (("input", operation.input), ("output", operation.output)):
        said = bodies[operation.name, way]
        if said.use == "encoded":
            return "document style with SOAP encoding"
        parts = parts_of(message, said.parts)
        if len(parts) > 1:
            return "several parts in one Body"
        if any(message.abstract.parts[name].element is None for name in parts):
            return "a part with a type instead of an element"
    return None
