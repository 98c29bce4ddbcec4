"""The WSDL as published, and what the ERP itself reads from it."""

from pathlib import Path

from lxml import etree

WSDL = Path(__file__).with_name("erp.wsdl").read_bytes()
NAMESPACE = "urn:sandbox-erp:sales:v1"
PUBLISHED_AT = b"http://127.0.0.1:9101/soap"

XSD = "{http://www.w3.org/2001/XMLSchema}"


def published(host: str) -> bytes:
    """With the address it was asked for at."""
    return WSDL.replace(PUBLISHED_AT, f"http://{host}/soap".encode())


def load_schema() -> etree.XMLSchema:
    schema = next(etree.fromstring(WSDL).iter(f"{XSD}schema"))
    # Written out and read again: the prefixes it inherits from the WSDL become its own.
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
