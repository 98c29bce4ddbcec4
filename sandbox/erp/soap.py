"""SOAP 1.1 envelopes: XML text in, plain trees out, and back."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from sandbox.erp.wsdl import NAMESPACE
from sandbox.messages import Reply

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
NAMESPACES = {
    "soap": ENVELOPE,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "erp": NAMESPACE,
}
REPEATED = frozenset({"Line"})  # elements of a request that may come more than once

Tree = dict[str, Any]  # element name -> text, Tree, list of them, or None for xsi:nil


class SoapFaultError(Exception):
    """`code`: Client, Server or VersionMismatch; `detail`: the fields of a BusinessFault."""

    def __init__(self, code: str, text: str, detail: Tree | None = None) -> None:
        super().__init__(text)
        self.code, self.text, self.detail = code, text, detail


def business_fault(code: str, text: str, field: str | None = None, **more: str) -> SoapFaultError:
    detail = {"Code": code, "Text": text} | ({"Field": field} if field else {}) | more
    return SoapFaultError("Server", text, detail)


def read_envelope(body: bytes) -> etree._Element:
    """The one element in the SOAP body."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SoapFaultError("Client", f"Malformed XML: {error}") from error
    if envelope.getroottree().docinfo.internalDTD is not None:
        raise SoapFaultError("Client", "A DTD is not allowed in a SOAP message")
    if etree.QName(envelope).localname != "Envelope":
        raise SoapFaultError("Client", "Not a SOAP envelope")
    if etree.QName(envelope).namespace != ENVELOPE:
        raise SoapFaultError("VersionMismatch", "This service speaks SOAP 1.1")
    content = envelope.findall(f"{{{ENVELOPE}}}Body/*")
    if len(content) != 1:
        raise SoapFaultError("Client", "The SOAP body holds exactly one element")
    return content[0]


def decode(element: etree._Element) -> Any:
    if element.get(XSI_NIL) in ("true", "1"):
        return None
    if not len(element):
        return element.text or ""
    tree: Tree = {}
    for child in element:
        name = etree.QName(child).localname
        if name in REPEATED:
            tree.setdefault(name, []).append(decode(child))
        else:
            tree[name] = decode(child)
    return tree


def answer_envelope(operation: str, result: Tree) -> Reply:
    envelope, body = _empty_envelope()
    _append(body, f"{operation}Response", result)
    return _reply(200, envelope)


def fault_envelope(fault: SoapFaultError) -> Reply:
    """HTTP 500, as SOAP 1.1 section 6.2 wants."""
    envelope, body = _empty_envelope()
    element = etree.SubElement(body, f"{{{ENVELOPE}}}Fault")
    etree.SubElement(element, "faultcode").text = f"soap:{fault.code}"
    etree.SubElement(element, "faultstring").text = fault.text
    if fault.detail is not None:
        _append(etree.SubElement(element, "detail"), "BusinessFault", fault.detail)
    return _reply(500, envelope)


def _empty_envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap=NAMESPACES)
    return envelope, etree.SubElement(envelope, f"{{{ENVELOPE}}}Body")


def _append(parent: etree._Element, name: str, value: Any) -> None:
    """In the order of the tree, which is the order of the schema."""
    if isinstance(value, list):
        for item in value:
            _append(parent, name, item)
        return
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if value is None:
        element.set(XSI_NIL, "true")
    elif isinstance(value, Mapping):
        for child, inner in value.items():
            _append(element, child, inner)
    else:
        element.text = str(value)


def _reply(status: int, envelope: etree._Element) -> Reply:
    text = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return Reply(status, text, {"content-type": "text/xml; charset=utf-8"})
