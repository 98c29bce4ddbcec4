"""What the operations of a port share: the schema as shapes, and the codecs made of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec.decoding.decoder import Decoder
from connectors.protocols.soap.codec.encoding.encoder import Encoder
from connectors.protocols.soap.codec.encoding.escaping import Prefixes
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.fallback import Zeep
from connectors.protocols.soap.codec.judging.judge import Judge
from connectors.protocols.soap.codec.names import XML, local
from connectors.protocols.soap.codec.reading.builtins import SOAP_ENC
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.codec.shapes import XSD, Element
from connectors.protocols.soap.schema import Schema


@dataclass
class Codecs:
    """Nothing is read or made before it is needed: an operation needs few of the types."""

    served: Mapping[str, bytes]
    """Every WSDL and schema that was loaded, by address."""
    zeep_schema: Any
    schema: Schema | None
    """None where libxml2 cannot use it."""
    ignore_additions: bool = True
    """Whether elements and attributes that nobody declared are left out of what a reply says, and
    reported; else they make it a bad answer."""

    @cached_property
    def types(self) -> Types:
        return Types(self.served)

    @cached_property
    def zeep(self) -> Zeep:
        return Zeep(self.zeep_schema)

    @cached_property
    def _decoders(self) -> Mapping[bool, Decoder]:
        return {
            encoded: Decoder(self.types, self.zeep.reader, encoded=encoded)
            for encoded in (False, True)
        }

    @cached_property
    def prefixes(self) -> Prefixes:
        spaces = self.types.documents.namespaces
        own = {space: f"n{number}" for number, space in enumerate(spaces)}
        return Prefixes({**own, XSD: "xsd", XML: "xml", SOAP_ENC: "soapenc"})

    @cached_property
    def _encoders(self) -> Mapping[bool, Encoder]:
        return {
            encoded: Encoder(self.types, self.prefixes, self._written_by_zeep, encoded=encoded)
            for encoded in (False, True)
        }

    def _written_by_zeep(self, name: str, tag: str, values: Mapping[str, Any]) -> str:
        """Judged by us: zeep writes a text for a date, and leaves out what has to be there."""
        text = self.zeep.written(name, tag, values)
        whole = name.removeprefix("element ")
        kind = self.types.type(name) if whole == name else self.types.element(whole).type
        written = etree.fromstring(text)
        if self.judge(encoded=False).judge(written, Element(tag, local(tag), kind)):
            raise Wrong("nothing that is not declared")
        return text

    @cached_property
    def _judges(self) -> Mapping[bool, Judge]:
        return {encoded: Judge(self.types, encoded=encoded) for encoded in (False, True)}

    def decoder(self, *, encoded: bool) -> Decoder:
        return self._decoders[encoded]

    def encoder(self, *, encoded: bool) -> Encoder:
        return self._encoders[encoded]

    def judge(self, *, encoded: bool) -> Judge:
        return self._judges[encoded]
