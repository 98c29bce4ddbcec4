"""Ports and operations as a WSDL declares them, read from its text and from nothing else.

What a library makes of a WSDL is compared with this, so no library has a part in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from connectors.protocols.soap.vendoring.documents import WSDL
from connectors.protocols.soap.vendoring.reading import Documents

SOAP = {
    "http://schemas.xmlsoap.org/wsdl/soap/": "1.1",
    "http://schemas.xmlsoap.org/wsdl/soap12/": "1.2",
}
MIME = "{http://schemas.xmlsoap.org/wsdl/mime/}"


@dataclass(frozen=True, slots=True)
class DeclaredOperation:
    name: str
    style: str
    """`document` or `rpc`."""
    use: str
    """`literal` or `encoded`, of the request."""
    action: str
    headers: tuple[str, ...]
    """The parts that soap:header names, of request and reply."""
    attachments: tuple[str, ...]
    """The parts that travel beside the envelope, as the mime binding has them."""


@dataclass(frozen=True, slots=True)
class DeclaredPort:
    name: str
    binding: str
    soap: str | None
    """The version; None for a port that does not speak SOAP."""
    operations: tuple[DeclaredOperation, ...]


def ports(documents: Documents) -> list[DeclaredPort]:
    bindings = {
        (root.get("targetNamespace", ""), binding.get("name", "")): binding
        for root in documents.values()
        for binding in root.findall(f"{{{WSDL}}}binding")
    }
    found = (port for root in documents.values() for port in root.iter(f"{{{WSDL}}}port"))
    return [_port(port, bindings.get(_named(port, "binding"))) for port in found]


def _named(element: etree._Element, attribute: str) -> tuple[str, str]:
    prefix, _, local = element.get(attribute, "").rpartition(":")
    return element.nsmap.get(prefix or None) or "", local


def _port(port: etree._Element, binding: etree._Element | None) -> DeclaredPort:
    soap = _soap(binding, "binding") if binding is not None else None
    return DeclaredPort(
        port.get("name", ""),
        _named(port, "binding")[1],
        None if soap is None else SOAP[etree.QName(soap).namespace or ""],
        tuple(_operations(binding, soap.get("style", "document")))
        if binding is not None and soap is not None
        else (),
    )


def _operations(binding: etree._Element, style: str) -> Iterator[DeclaredOperation]:
    for operation in binding.findall(f"{{{WSDL}}}operation"):
        soap = _soap(operation, "operation")
        bodies = [_soap(side, "body") for side in operation.findall(f"{{{WSDL}}}input")]
        attached = operation.iter(f"{MIME}content")
        yield DeclaredOperation(
            operation.get("name", ""),
            style if soap is None else soap.get("style", style),
            next((body.get("use", "literal") for body in bodies if body is not None), "literal"),
            "" if soap is None else soap.get("soapAction", ""),
            tuple(dict.fromkeys(h.get("part", "") for h in operation.iter(*_tags("header")))),
            tuple(dict.fromkeys(content.get("part", "") for content in attached)),
        )


def _soap(element: etree._Element, local: str) -> etree._Element | None:
    """The extension of either SOAP version, also inside the parts of a mime message."""
    return next(element.iter(*_tags(local)), None)


def _tags(local: str) -> list[str]:
    return [f"{{{namespace}}}{local}" for namespace in SOAP]
