"""WSDLs of rpc style, and answers to them."""

from decimal import Decimal
from typing import Any

from lxml import etree

from tests.connectors.protocols.soap.secured import Backend
from tests.connectors.protocols.soap_material import envelope, wsdl

XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ENC = "http://schemas.xmlsoap.org/soap/encoding/"
SPACES = f'xmlns:t="urn:test" xmlns:xsd="{XSD}" xmlns:xsi="{XSI}" xmlns:c="{ENC}"'

TYPES = f"""
<xs:import namespace="{ENC}"/>
<xs:complexType name="Line"><xs:sequence><xs:element name="Sku" type="xs:string"/>
  <xs:element name="Price" type="xs:decimal" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="Lines"><xs:complexContent><xs:restriction base="c:Array">
  <xs:attribute ref="c:arrayType" w:arrayType="t:Line[]"/></xs:restriction></xs:complexContent>
</xs:complexType>
<xs:complexType name="Node"><xs:sequence><xs:element name="Next" type="t:Node" minOccurs="0"
  maxOccurs="unbounded" nillable="true"/></xs:sequence></xs:complexType>"""


def rpc(use: str, parts: str) -> str:
    """An operation Ask that takes and gives these parts."""
    body = f'<s:body use="{use}" namespace="urn:rpc"/>'
    spaces = f'xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:c="{ENC}" xmlns:xs="{XSD}"'
    text = wsdl(TYPES, style="rpc").replace('<s:body use="literal"/>', body)
    text = text.replace('<part name="body" element="t:Ask"/>', parts)
    text = text.replace('<part name="body" element="t:Answer"/>', parts)
    return text.replace("<definitions ", f"<definitions {spaces} ")


PARTS = '<part name="id" type="xs:int"/><part name="line" type="t:Line"/>'
LINE = {"Sku": "A", "Price": Decimal("1.50")}
SENT = "<t:Sku>A</t:Sku><t:Price>1.50</t:Price>"


async def asked(backend: Backend, **values: Any) -> tuple[etree._Element, dict[str, Any]]:
    """The element in the Body of our request, and what was made of the answer."""
    found = dict(await backend.client().call("Ask", values))
    return backend.envelope()[-1][0], found


def response(content: str) -> bytes:
    return envelope(f'<r:AskResponse xmlns:r="urn:rpc" {SPACES}>{content}</r:AskResponse>')


def referring(content: str, *others: str) -> bytes:
    said = "".join(
        f'<multiRef {SPACES} id="r{number}" c:root="0">{one}</multiRef>'
        for number, one in enumerate(others)
    )
    answer = f'<r:AskResponse xmlns:r="urn:rpc" {SPACES}>{content}</r:AskResponse>'
    return envelope(answer + said)
