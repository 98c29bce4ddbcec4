"""The WSDL as published, and the forms of requests, read from it."""

from pathlib import Path

from lxml import etree

WSDL = Path(__file__).with_name("gateway.wsdl").read_bytes()
NAMESPACE = "urn:sandbox-gateway:card:v2"
PUBLISHED_AT = b"http://127.0.0.1:9109/gateway"
XSD = "http://www.w3.org/2001/XMLSchema"


def published(host: str) -> bytes:
    """With the address it was asked for at."""
    return WSDL.replace(PUBLISHED_AT, f"http://{host}/gateway".encode())


class Forms:
    """rpc has types for its parts and no elements, so an element is made for each request."""

    def __init__(self) -> None:
        schema = next(etree.fromstring(WSDL).iter(f"{{{XSD}}}schema"))
        for kind in list(schema.iter(f"{{{XSD}}}complexType")):
            name = kind.get("name", "")
            if name.endswith("Request"):
                etree.SubElement(schema, f"{{{XSD}}}element", name=name, type=f"tns:{name}")
        self._schema = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))

    def complaint(self, operation: str, request: etree._Element) -> str | None:
        """What is wrong with the one part of a request; None if nothing is."""
        part = etree.fromstring(etree.tostring(request))
        part.tag = f"{{{NAMESPACE}}}{operation}Request"
        try:
            self._schema.assertValid(part)
        except etree.DocumentInvalid as error:
            return str(error)
        return None
