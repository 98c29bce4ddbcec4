"""One port of a vendored WSDL: what it declares, what zeep made of it, and that these are the same.

The addresses in a WSDL are never used: where a backend is comes from the configuration.
"""

import logging
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from connectors.protocols.soap.operation import Operation
from connectors.protocols.soap.schema import Schema
from connectors.protocols.soap.vendored import ROOT, Vendored, WsdlError
from connectors.protocols.soap.zeep_operation import ZeepOperation

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
    """Those that are document/literal with one part, which is what nearly all are today."""

    def operation(self, name: str) -> Operation:
        if name not in self.operations:
            raise WsdlError(f"{name} is not among the document/literal operations of this port")
        return self.operations[name]


def load(main: Path, port: str | None = None) -> Port:
    """The port of the WSDL at `main`, by name where there are several. Raises WsdlError."""
    vendored = Vendored(main.parent)
    try:
        document = _read(vendored, main.name)
        _demand_all(document, vendored.served)
        binding = _binding(document, port)
        schema = Schema(vendored.served)
    except WsdlError as error:
        raise WsdlError(f"{main.name}: {error}") from error
    operations = {
        name: ZeepOperation(operation, schema)
        for name, operation in binding.all().items()
        if _is_document_literal(operation)
    }
    return Port(f"{{{binding.nsmap['soap']}}}" == SOAP_12, operations)


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


def _is_document_literal(operation: Any) -> bool:
    """rpc is left out for what it brings: multiRef, of which 971 bytes unfold to 111,000 nodes."""
    bodies = [message.body for message in (operation.input, operation.output) if message]
    one_part = all(body is None or body.qname.localname != "Body" for body in bodies)
    return operation.style == "document" and one_part
