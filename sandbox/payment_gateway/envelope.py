"""SOAP 1.1 rpc/literal: XML text in, the parts of a request out, and the way back."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from sandbox.messages import Reply
from sandbox.payment_gateway.wsdl import NAMESPACE

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
PREFIXES = {"soapenv": ENVELOPE, "wsse": WSSE, "wsu": WSU, "gw": NAMESPACE}

Tree = Mapping[str, Any]
"""Element name to text, Tree, or a list of them; None is left out."""


class GatewayFaultError(Exception):
    """`code` with its prefix: `soapenv:Client`, `wsse:FailedAuthentication`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text

    def reply(self) -> Reply:
        """HTTP 500, as SOAP 1.1 section 6.2 wants."""
        envelope, body = _empty()
        fault = etree.SubElement(body, f"{{{ENVELOPE}}}Fault")
        etree.SubElement(fault, "faultcode").text = self.code
        etree.SubElement(fault, "faultstring").text = self.text
        return _reply(500, envelope)


def read(body: bytes) -> etree._Element:
    """The envelope."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise GatewayFaultError("soapenv:Client", "Message is not XML") from error
    if envelope.getroottree().docinfo.internalDTD is not None:
        raise GatewayFaultError("soapenv:Client", "DTD in message")
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise GatewayFaultError("soapenv:VersionMismatch", "SOAP 1.1 expected")
    return envelope


def called(envelope: etree._Element) -> etree._Element:
    """The wrapper that bears the operation's name."""
    content = envelope.findall(f"{{{ENVELOPE}}}Body/*")
    if len(content) != 1 or etree.QName(content[0]).namespace != NAMESPACE:
        raise GatewayFaultError("soapenv:Client", "One operation expected")
    return content[0]


def texts(request: etree._Element) -> dict[str, str]:
    return {str(child.tag): child.text or "" for child in request}


def answer(operation: str, result: Tree) -> Reply:
    envelope, body = _empty()
    wrapper = etree.SubElement(body, f"{{{NAMESPACE}}}{operation}Response")
    _append(wrapper, "Result", result)  # a part's accessor has no namespace
    return _reply(200, envelope)


def _append(parent: etree._Element, name: str, value: Any) -> None:
    """In the order of the tree, which is the order of the schema."""
    if isinstance(value, list):
        for item in value:
            _append(parent, name, item)
    elif isinstance(value, Mapping):
        element = etree.SubElement(parent, name)
        for child, inner in value.items():
            _append(element, child, inner)
    elif value is not None:
        etree.SubElement(parent, name).text = str(value)


def _empty() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap=PREFIXES)
    return envelope, etree.SubElement(envelope, f"{{{ENVELOPE}}}Body")


def _reply(status: int, envelope: etree._Element) -> Reply:
    text = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return Reply(status, text, {"content-type": "text/xml; charset=utf-8"})
