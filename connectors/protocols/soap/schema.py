"""Whether a message is what the WSDL declares, judged by libxml2.

zeep does not check: `TRUE` becomes False, a bad number None, and facets are dropped. libxml2 looks
at every value for a thirtieth of what zeep's parsing costs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from connectors.protocols.soap.vendored import ROOT, WELL_KNOWN, WsdlError

SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"


class Schema:
    """The schemas of a WSDL, compiled into one."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        """`documents`: every WSDL and schema that was loaded, by address. Raises WsdlError."""
        parts = dict(_parts(documents))
        index = _index(parts)
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        parser.resolvers.add(_Only({**documents, **parts, **index}))
        try:
            self._compiled = etree.XMLSchema(etree.fromstring(index[INDEX], parser, base_url=INDEX))
        except etree.XMLSchemaParseError as error:
            raise WsdlError(f"libxml2 cannot use its schema; correct the copy: {error}") from error

    def complaint(self, message: etree._Element) -> str | None:
        """What is not as declared, without any value; None when all is well."""
        if self._compiled.validate(message):
            return None
        # libxml2 quotes values, which must not reach a log: only the element's name is kept.
        log: Any = self._compiled.error_log
        text = next((entry.message for entry in log), "")
        name = re.match(r"Element '(?:\{[^}]*\})?([^']+)'", text)
        return f"{name[1] if name else 'the message'} is not as the WSDL declares it"


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
