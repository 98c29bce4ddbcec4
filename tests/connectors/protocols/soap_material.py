"""A small WSDL and replies to it, to be broken in one place at a time."""

import hashlib
from pathlib import Path

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"

TYPES = """
<xs:element name="Ask"><xs:complexType><xs:sequence>
  <xs:element name="No"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5"/>
  </xs:restriction></xs:simpleType></xs:element>
  <xs:element name="Note" type="xs:string" nillable="true" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="Answer"><xs:complexType><xs:sequence>
  <xs:element name="Count" type="xs:int"/>
  <xs:element name="Price" type="xs:decimal" nillable="true"/>
  <xs:element name="Open" type="xs:boolean" minOccurs="0"/>
  <xs:element name="On" type="xs:date" minOccurs="0"/>
  <xs:element name="Line" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="Text" type="xs:string"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element>
"""

GOOD = "<Count>3</Count><Price>1.50</Price>"


def wsdl(types: str = TYPES, *, soap: str = "soap", answer: str = "Answer", style: str = "") -> str:
    """`soap`: or soap12, the binding; `answer`: the element the second message refers to."""
    return f"""<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:test" targetNamespace="urn:test"
    xmlns:s="http://schemas.xmlsoap.org/wsdl/{soap}/">
  <types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:test"
    targetNamespace="urn:test" elementFormDefault="qualified">{types}</xs:schema></types>
  <message name="In"><part name="body" element="t:Ask"/></message>
  <message name="Out"><part name="body" element="t:{answer}"/></message>
  <portType name="P"><operation name="Ask"><input message="t:In"/><output message="t:Out"/>
  </operation></portType>
  <binding name="B" type="t:P">
    <s:binding transport="http://schemas.xmlsoap.org/soap/http" style="{style or "document"}"/>
    <operation name="Ask"><s:operation soapAction="urn:test/Ask"/>
      <input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation>
  </binding>
  <service name="S"><port name="Main" binding="t:B">
    <s:address location="http://wsdl.invalid/"/></port></service>
</definitions>"""


def vendored(folder: Path, **files: str) -> Path:
    """Write and pin `name=text` as name.wsdl or, for schemas, name_xsd=text; the WSDL's path."""
    pins = []
    for name, text in files.items():
        file = name.replace("_xsd", ".xsd") if name.endswith("_xsd") else f"{name}.wsdl"
        (folder / file).write_text(text)
        pins.append(f"{hashlib.sha256(text.encode()).hexdigest()}  {file}\n")
    (folder / "pins.sha256").write_text("".join(pins))
    return folder / "main.wsdl"


def envelope(payload: str, *, version: str = SOAP_11) -> bytes:
    return f'<e:Envelope xmlns:e="{version}"><e:Body>{payload}</e:Body></e:Envelope>'.encode()


def answer(content: str = GOOD, *, version: str = SOAP_11) -> bytes:
    return envelope(f'<Answer xmlns="urn:test">{content}</Answer>', version=version)


def fault(code: str, text: str = "", detail: str = "") -> bytes:
    inner = f"<faultcode>e:{code}</faultcode><faultstring>{text}</faultstring>"
    return envelope(f"<e:Fault>{inner}<detail>{detail}</detail></e:Fault>")
