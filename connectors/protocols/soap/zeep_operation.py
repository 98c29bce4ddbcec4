"""An operation as zeep reads it from the WSDL: zeep builds and parses, libxml2 judges both."""

from collections.abc import Mapping
from typing import Any

import structlog
from lxml import etree

from connectors.protocols.soap.additions import without_additions
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.operation import Values, ValuesError
from connectors.protocols.soap.schema import Schema


class ZeepOperation:
    """Nothing of zeep that keeps state between calls is used: no client, transport, settings()."""

    def __init__(self, zeep_operation: Any, schema: Schema) -> None:
        from zeep import exceptions, helpers, xsd
        from zeep.xsd.context import XmlParserContext

        self.name: str = zeep_operation.name
        self.action: str = zeep_operation.soapaction or ""
        self._zeep = zeep_operation
        self._answer: Any = zeep_operation.output and zeep_operation.output.body
        self._schema = schema
        self._nil: Any = xsd.Nil
        self._plain: Any = helpers.serialize_object
        self._context: Any = XmlParserContext
        self._errors = (exceptions.Error, ArithmeticError, TypeError, ValueError)
        self._told: set[str] = set()

    def encode(self, values: Values) -> bytes:
        try:
            envelope = self._zeep.create(**self._with_nils(values)).content
        except ValueError as error:
            # lxml, of control characters and lone surrogates; zeep's own errors are others.
            raise ValuesError("a text has characters that XML cannot hold") from error
        for payload in envelope[-1]:
            if complaint := self._schema.complaint(payload):
                raise ValuesError(complaint)
        text: bytes = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return text

    def decode(self, payload: etree._Element | None) -> dict[str, Any]:
        if payload is None or self._answer is None:
            if payload is None and self._answer is None:
                return {}
            raise ReplyError("an empty answer" if payload is None else "an answer nobody declared")
        if payload.tag != self._answer.qname.text:
            raise ReplyError(f"{etree.QName(payload).localname} does not answer {self.name}")
        self._judge(payload)
        return self._parse(payload)

    def _judge(self, payload: etree._Element) -> None:
        complaint = self._schema.complaint(payload)
        if complaint is None:
            return
        additions = set(without_additions(payload, self._answer.type))
        if not additions or (complaint := self._schema.complaint(payload)):
            raise ReplyError(complaint)
        if news := additions - self._told:
            self._told |= news
            structlog.get_logger().warning(
                "soap_reply_additions", operation=self.name, elements=sorted(news)
            )

    def _parse(self, payload: etree._Element) -> dict[str, Any]:
        wsdl = self._zeep.output.wsdl
        context = self._context(settings=wsdl.settings)
        try:
            parsed = self._plain(self._answer.parse(payload, wsdl.types, context=context), dict)
        except self._errors as error:
            raise ReplyError("zeep cannot parse what the schema allows") from error
        if (lost := _lost(payload, parsed)) is not None:
            raise ReplyError(f"{lost} has a value that Python cannot hold")
        if isinstance(parsed, dict):
            return parsed
        return {} if parsed is None else {"_value_1": parsed}  # zeep's name for a bare text

    def _with_nils(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._with_nils(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._with_nils(inner) for inner in value]
        return self._nil if value is None else value


def _lost(element: etree._Element, value: Any) -> str | None:
    """An element with a text that zeep made None of, such as a date in the year 12025."""
    if not len(element):
        blank = not (element.text or "").strip()
        return etree.QName(element).localname if value is None and not blank else None
    if not isinstance(value, dict):
        return None
    seen: dict[str, int] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        inner = value.get(name, "")
        if isinstance(inner, list):
            seen[name] = seen.get(name, -1) + 1
            inner = inner[seen[name]] if seen[name] < len(inner) else None
        if (lost := _lost(child, inner)) is not None:
            return lost
    return None
