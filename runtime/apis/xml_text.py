"""JSON values as XML and back, by the schema of a contract (OpenAPI 3.1, "XML Object").

A member is an element of its name, in no namespace. A list is one element per item, side by side; with
`xml: {wrapped: true}` there is one around them. `xml: {name: …}` gives another name. What is read is
handed on as JSON to be validated like any other: a text that is no number stays a text, and what the
schema does not know stays what it is, so that the fault is found where all faults are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from runtime.contracts.bundle import resolve
from runtime.problems import Rejected, at

INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""

PROBLEM = "urn:ietf:rfc:7807"
"""The namespace of problem details."""

COMPOSED = frozenset({"oneOf", "anyOf", "allOf", "not"})
NAMED = frozenset({"name", "wrapped"})

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class XmlShape:
    """One schema of a contract, and the name of its root element."""

    document: Mapping[str, Any]
    schema: Schema
    root: str

    @classmethod
    def of(cls, document: Mapping[str, Any], schema: Schema) -> "XmlShape":
        """The root is named after the component, unless it says otherwise."""
        name = str(schema.get("$ref", "value")).rsplit("/", 1)[1 if "$ref" in schema else 0]
        resolved = resolve(document, schema)
        return cls(document, resolved, resolved.get("xml", {}).get("name", name))

    def read(self, content: bytes) -> Any:
        """Raises Rejected for what is no XML (400) or begins with another element (422)."""
        root = _parsed(content)
        if root.tag != self.root:
            fault = at("", f"the root element is {root.tag}, where {self.root} is expected")
            raise Rejected(kind="invalid", title="The request is not valid", errors=[fault])
        return self._value(root, self.schema)

    def write(self, value: Any) -> bytes:
        root = etree.Element(self.root)
        self._fill(root, value, self.schema)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def faults(self, schema: Schema | None = None, seen: tuple[str, ...] = ()) -> Iterator[str]:
        """What of the schema has no place in XML."""
        schema = self.schema if schema is None else schema
        if (reference := schema.get("$ref")) in seen:
            return
        seen = (*seen, reference) if reference else seen
        schema = resolve(self.document, schema)
        yield from (f"{word} has no XML" for word in sorted(COMPOSED & schema.keys()))
        unknown = sorted(schema.get("xml", {}).keys() - NAMED)
        yield from (f"xml: {word} is not supported" for word in unknown)
        inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
        for part in inner:
            yield from self.faults(part, seen)

    def _value(self, element: etree._Element, schema: Schema) -> Any:
        schema = resolve(self.document, schema)
        text = element.text or ""
        if schema.get("type") == "object":
            return self._members(element, schema) if _is_object(element) else text
        if len(element):
            return {str(child.tag): child.text for child in element}
        return _scalar(text, schema.get("type"))

    def _members(self, element: etree._Element, schema: Schema) -> dict[str, Any]:
        properties = schema.get("properties", {})
        by_element = {self._name(name, part): name for name, part in properties.items()}
        found: dict[str, Any] = {f"@{name!s}": value for name, value in element.attrib.items()}
        for child in element:
            name = by_element.get(str(child.tag))
            if name is None:
                found[str(child.tag)] = child.text
            else:
                self._add(found, name, child, resolve(self.document, properties[name]))
        for name in schema.get("required", ()):
            if resolve(self.document, properties.get(name, {})).get("type") == "array":
                found.setdefault(name, [])
        return found

    def _add(self, found: dict[str, Any], name: str, child: etree._Element, schema: Schema) -> None:
        if schema.get("type") != "array":
            value = self._value(child, schema)
            # Twice where one is expected: let the validation find a list there.
            found[name] = [found[name], value] if name in found else value
        elif _is_wrapped(schema):
            found[name] = [self._value(item, schema["items"]) for item in child]
        else:
            found.setdefault(name, []).append(self._value(child, schema["items"]))

    def _name(self, name: str, schema: Schema) -> str:
        """Of the element that a member is; of an unwrapped list, of each of its items."""
        schema = resolve(self.document, schema)
        if schema.get("type") == "array" and not _is_wrapped(schema):
            schema = resolve(self.document, schema["items"])
        return str(schema.get("xml", {}).get("name", name))

    def _fill(self, element: etree._Element, value: Any, schema: Schema) -> None:
        schema = resolve(self.document, schema)
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            for name, part in value.items():
                self._append(element, name, part, properties.get(name, {}))
        else:
            element.text = text_of(value)

    def _append(self, parent: etree._Element, name: str, value: Any, schema: Schema) -> None:
        schema = resolve(self.document, schema)
        if not isinstance(value, list):
            self._fill(etree.SubElement(parent, self._name(name, schema)), value, schema)
            return
        items = schema.get("items", {})
        item_name = self._name(name, schema)
        if _is_wrapped(schema):
            parent = etree.SubElement(parent, item_name)
            item_name = str(resolve(self.document, items).get("xml", {}).get("name", name))
        for item in value:
            self._fill(etree.SubElement(parent, item_name), item, items)


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed("the body is not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _malformed("a document type is not accepted")
    return root


def _malformed(detail: str) -> Rejected:
    return Rejected(detail, kind="malformed", title="The request cannot be read", status=400)


def _is_object(element: etree._Element) -> bool:
    return len(element) > 0 or not (element.text or "").strip()


def _is_wrapped(schema: Schema) -> bool:
    return bool(schema.get("xml", {}).get("wrapped", False))


def _scalar(text: str, kind: str | None) -> Any:
    """As JSON has it, where the text is of that kind."""
    stripped = text.strip()
    if kind == "integer" and INTEGER.fullmatch(stripped):
        return int(stripped)
    if kind == "number" and NUMBER.fullmatch(stripped):
        return float(stripped)
    if kind == "boolean":
        return BOOLEANS.get(stripped, text)
    return text


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else UNWRITABLE.sub("\ufffd", str(value))


def problem(document: Mapping[str, Any]) -> bytes:
    """A problem document: lists have elements named `i` (RFC 9457, appendix B)."""
    root = etree.Element(f"{{{PROBLEM}}}problem", nsmap={None: PROBLEM})  # type: ignore[dict-item]  # the default namespace
    _fill_problem(root, document)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _fill_problem(parent: etree._Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            _fill_problem(etree.SubElement(parent, f"{{{PROBLEM}}}{name}"), member)
    elif isinstance(value, list):
        for item in value:
            _fill_problem(etree.SubElement(parent, f"{{{PROBLEM}}}i"), item)
    else:
        parent.text = text_of(value)
