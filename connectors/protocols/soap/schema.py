"""Whether a message is what the WSDL declares, judged by libxml2.

It looks at every value, order and number for a fifth of what decoding costs, and a thirtieth of what
zeep needs to parse without looking.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from connectors.protocols.soap.codec.shapes import XSD
from connectors.protocols.soap.codec.texts.automata import keeps_busy
from connectors.protocols.soap.vendored import ROOT, WELL_KNOWN, WsdlError

SCHEMA = f"{{{XSD}}}schema"

_LARGE = etree.XPath("boolean(descendant::*[10001])")
# Of each error, lxml notes the path, and for that counts all siblings before: with 50,000 rows that
# are wrong (or have one field more) this takes 17 seconds, and keeps all other threads waiting.

_SMALL = 40_000
"""Bytes: too few for so many siblings, of four each."""


class Schema:
    """The schemas of a WSDL, compiled into one."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        """`documents`: every WSDL and schema that was loaded, by address. Raises WsdlError."""
        parts = dict(_parts(documents))
        if busy := sorted(filter(keeps_busy, _patterns({**documents, **parts}.values()))):
            raise WsdlError(f"libxml2 cannot use its schema: {busy[0]} may keep it busy for hours")
        index = _index(parts)
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        parser.resolvers.add(_Only({**documents, **parts, **index}))
        try:
            self._compiled = etree.XMLSchema(etree.fromstring(index[INDEX], parser, base_url=INDEX))
        except etree.XMLSchemaParseError as error:
            raise WsdlError(f"libxml2 cannot use its schema: {error}") from error

    def accepts(self, message: etree._Element, size: int | None = None) -> bool:
        """Whether all of it is as declared, as far as libxml2 can tell: it gives up on texts that a
        pattern has too many ways for. Why not is not asked here: libxml2 quotes values.

        `size`: bytes it came in, where that is known.
        """
        small = size is not None and size <= _SMALL
        try:
            if small or not _LARGE(message):
                return self._compiled.validate(message)
            return self._streamed(message)
        except etree.XMLSchemaValidateError:
            return False

    def _streamed(self, message: etree._Element) -> bool:
        """Judged while it is parsed once more: there are no paths then."""
        parser = etree.XMLParser(schema=self._compiled, no_network=True, resolve_entities=False)
        try:
            etree.fromstring(etree.tostring(message, with_tail=False), parser)
        except etree.XMLSyntaxError:
            return False
        return True


INDEX = f"{ROOT}index.xsd"


def _parts(documents: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every schema that nothing else imports by address: those inside WSDLs, and the well-known."""
    for url, content in documents.items():
        root = etree.fromstring(content)
        if root.tag != SCHEMA:
            for number, schema in enumerate(root.iter(SCHEMA)):
                yield f"{url}.{number}.xsd", etree.tostring(schema)
        elif url in WELL_KNOWN:
            yield url, content


def _patterns(schemas: Iterable[bytes]) -> set[str]:
    found = (etree.fromstring(schema).iter(f"{{{XSD}}}pattern") for schema in schemas)
    return {pattern.get("value", "") for patterns in found for pattern in patterns}


def _index(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """A schema that imports them all, and one per namespace that includes what belongs to it:
    libxml2 ignores the second import of a namespace."""
    by_namespace: dict[str, list[str]] = {}
    for url, content in parts.items():
        namespace = etree.fromstring(content).get("targetNamespace", "")
        by_namespace.setdefault(namespace, []).append(url)
    files, imports = {}, []
    for number, (namespace, urls) in enumerate(by_namespace.items()):
        url = f"{ROOT}index.{number}.xsd"
        files[url] = _schema(namespace, (f"include schemaLocation={quoteattr(u)}" for u in urls))
        named = f"namespace={quoteattr(namespace)} " if namespace else ""
        imports.append(f"import {named}schemaLocation={quoteattr(url)}")
    return {**files, INDEX: _schema("urn:index", imports)}


def _schema(namespace: str, elements: Iterable[str]) -> bytes:
    target = f" targetNamespace={quoteattr(namespace)}" if namespace else ""
    inner = "".join(f"<{element}/>" for element in elements)
    return f'<schema xmlns="http://www.w3.org/2001/XMLSchema"{target}>{inner}</schema>'.encode()


class _Only(etree.Resolver):
    """Serves what is vendored. Never answers None: lxml would then look on the disk."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:  # type: ignore[override] # the stubs lack context
        if system_url not in self._files:
            raise WsdlError(f"{system_url} is not vendored")
        return self.resolve_string(self._files[system_url], context, base_url=system_url)
