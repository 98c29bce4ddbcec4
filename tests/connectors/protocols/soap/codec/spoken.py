"""Operations of small WSDLs, and what they make of a reply."""

from pathlib import Path
from typing import Any

from lxml import etree

from connectors.protocols.soap.compiled import CompiledOperation
from connectors.protocols.soap.envelope import message_in
from connectors.protocols.soap.operation import Operation
from connectors.protocols.soap.wsdl import Port, load
from tests.connectors.protocols.soap_material import answer, vendored, wsdl

ASK = '<xs:element name="Ask" type="t:Content"/>'
UNJUDGED = '<xs:attributeGroup name="Odd"><xs:attribute name="x" odd="x"/></xs:attributeGroup>'
"""Among the types, it makes libxml2 refuse the schema: replies are then judged by us alone."""
ANSWER = '<xs:element name="Answer" type="t:Content"/>'


def port(folder: Path, types: str, **how: Any) -> Port:
    return load(vendored(folder, main=wsdl(types)), **how)


def operation(folder: Path, content: str, others: str = "", **how: Any) -> CompiledOperation:
    """Asks and answers with the same: `content` in a complexType, `others` beside it."""
    types = f'{ASK}{ANSWER}<xs:complexType name="Content">{content}</xs:complexType>{others}'
    found = port(folder, types, **how).operation("Ask")
    assert isinstance(found, CompiledOperation)
    return found


def payload(content: str) -> etree._Element:
    """An answer, as it is read from the wire."""
    found = message_in(answer(content)).payload()
    assert found is not None
    return found


def sent(spoken: Operation, values: dict[str, Any], **headers: Any) -> etree._Element:
    """The element in the Body of a request, as the backend reads it."""
    found = message_in(spoken.encode(values, headers)).payload(encoded=spoken.encoded)
    assert found is not None
    return found


def there_and_back(spoken: Operation, values: dict[str, Any]) -> dict[str, Any]:
    """What is understood of an answer that says what a request said."""
    asked = sent(spoken, values)
    asked.tag = "{urn:test}Answer"
    return spoken.decode(asked)
