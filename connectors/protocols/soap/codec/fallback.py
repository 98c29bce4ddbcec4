"""Types that are left to zeep, which knows places where we have names."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec.decoding.leaves import Reader, no_value
from connectors.protocols.soap.codec.decoding.wild import xml_of
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.envelope import ReplyError


class Zeep:
    """Nothing of zeep that keeps state between calls is used: no client, transport, settings()."""

    def __init__(self, schema: Any) -> None:
        """`schema`: zeep's, of the loaded WSDL."""
        from zeep import exceptions

        self._schema = schema
        self._errors = (exceptions.Error, ArithmeticError, LookupError, TypeError, ValueError)

    def _kind(self, name: str) -> Any:
        """By a type's name, or by `element ` and the name of the element that it is the type of."""
        if name.startswith("element "):
            return self._schema.get_element(name.removeprefix("element ")).type
        return self._schema.get_type(name)

    def reader(self, name: str) -> Reader:
        from zeep import helpers
        from zeep.xsd import context

        serialize: Any = helpers.serialize_object
        context_of: Any = context.XmlParserContext
        kind = self._kind(name)

        def read(element: etree._Element) -> Any:
            how = {"allow_none": False, "context": context_of(settings=self._schema.settings)}
            try:
                parsed = kind.parse_xmlelement(element, self._schema, schema_type=kind, **how)
            except self._errors as error:
                raise ReplyError("zeep cannot parse what the schema allows") from error
            values = serialize(parsed, dict)
            _refuse_lost(element, values)
            return _plain(values)

        return read

    def written(self, name: str, tag: str, values: Mapping[str, Any]) -> str:
        from zeep import xsd

        element_of: Any = xsd.Element
        kind, parent = self._kind(name), etree.Element("parent")
        try:
            element_of(tag, kind).render(parent, kind(**_with_nils(values, xsd.Nil)))
        except self._errors:
            raise Wrong("what zeep can write; this type is not compiled") from None
        return etree.tostring(parent[0], encoding="unicode", with_tail=False)


def _with_nils(value: Any, nil: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _with_nils(inner, nil) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_nils(inner, nil) for inner in value]
    return nil if value is None else value


def _plain(value: Any) -> Any:
    """Without what is not there, which zeep makes None; it cannot be told from what is nil."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return xml_of(value) if isinstance(value, etree._Element) else value


def _refuse_lost(element: etree._Element, value: Any) -> None:
    """Raises ReplyError for a text that zeep made None of, such as a date in the year 12025."""
    if not len(element):
        if value is None and (element.text or "").strip():
            raise no_value(element.tag)
        return
    if not isinstance(value, dict):
        return
    seen: dict[str, int] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        inner = value.get(name, "")
        if isinstance(inner, list):
            seen[name] = seen.get(name, -1) + 1
            inner = inner[seen[name]] if seen[name] < len(inner) else None
        _refuse_lost(child, inner)
