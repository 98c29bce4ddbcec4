"""An operation by compiled codecs: each is made of the WSDL's types when it is first used."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.codecs import Codecs
from connectors.protocols.soap.codec.decoding.decoder import Decoder
from connectors.protocols.soap.codec.decoding.leaves import Reader
from connectors.protocols.soap.codec.encoding.context import Write
from connectors.protocols.soap.codec.encoding.escaping import Out, quoted
from connectors.protocols.soap.codec.encoding.parts import at
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.judging.inspector import Inspector
from connectors.protocols.soap.codec.messages import (
    Body,
    Message,
    all_types,
    faults_of,
    message_of,
    namespaces,
    parts_of,
)
from connectors.protocols.soap.codec.obstacles import left_to_zeep, obstacle
from connectors.protocols.soap.codec.reading.builtins import SOAP_ENC
from connectors.protocols.soap.codec.references import unfolded
from connectors.protocols.soap.codec.shapes import NIL_KEY, Complex, Element
from connectors.protocols.soap.envelope import ENVELOPES, ReplyError
from connectors.protocols.soap.operation import Values, ValuesError

BARE = "_value_1"
"""The key of a message that is one text, list or Xml instead of a mapping."""


class CompiledOperation:
    def __init__(
        self, operation: Any, codecs: Codecs, *, soap12: bool, sent: Body, got: Body
    ) -> None:
        """`operation`: zeep's. `sent`, `got`: what the binding says and zeep forgets."""
        self.name: str = operation.name
        self.action: str = operation.soapaction or ""
        self.encoded = "encoded" in (sent.use, got.use)
        self._bodies = (sent, got)
        self._zeep = operation
        self._codecs = codecs
        self._rpc = operation.style == "rpc"
        self._envelope = ENVELOPES[soap12]

    @cached_property
    def _sent(self) -> Message:
        parts = parts_of(self._zeep.input, self._bodies[0].parts)
        return message_of(self._zeep.input, self._codecs.types, parts, rpc=self._rpc)

    @cached_property
    def _got(self) -> Message:
        parts = parts_of(self._zeep.output, self._bodies[1].parts)
        return message_of(self._zeep.output, self._codecs.types, parts, rpc=self._rpc)

    @property
    def request(self) -> Element | None:
        return self._sent.body

    @property
    def reply(self) -> Element | None:
        return self._got.body

    @property
    def request_headers(self) -> tuple[Element, ...]:
        return self._sent.headers

    @property
    def reply_headers(self) -> tuple[Element, ...]:
        return self._got.headers

    @cached_property
    def faults(self) -> Mapping[str, Element]:
        return faults_of(self._zeep, self._codecs.types)

    @cached_property
    def fallbacks(self) -> Mapping[str, str]:
        roots = (self.request, self.reply, *self.request_headers, *self.reply_headers)
        found = [(kind.name, obstacle(kind)) for kind in all_types(*roots)]
        found += [(left_to_zeep(root), obstacle(root.type)) for root in roots if root is not None]
        return {name: reason for name, reason in found if name and reason}

    def encode(self, values: Values, headers: Values = {}) -> bytes:  # noqa: B006 # never changed
        pieces = [self._head]
        try:
            if headers:
                pieces.append("<soap:Header>")
                self._write_headers(headers, pieces.append)
                pieces.append("</soap:Header>")
            pieces.append("<soap:Body>")
            self._write_body(values, pieces.append)
        except Wrong as wrong:
            raise ValuesError(str(wrong)) from None
        except RecursionError:
            raise ValuesError("the values are nested too deeply") from None
        pieces.append("</soap:Body></soap:Envelope>")
        return "".join(pieces).encode()

    def decode(self, payload: etree._Element | None, size: int | None = None) -> dict[str, Any]:
        if payload is None or self.reply is None:
            if payload is None and self.reply is None:
                return {}
            raise ReplyError("an empty answer" if payload is None else "an answer nobody declared")
        if not self._rpc and payload.tag != self.reply.name:
            raise ReplyError(f"{names.local(payload.tag)} does not answer {self.name}")
        if self.encoded:
            payload = unfolded(payload)
        self._inspector.inspect(payload, self.reply, size)
        value = self._read(payload)
        if isinstance(value, dict):
            return value
        return {NIL_KEY: True} if value is None else {BARE: value}

    def decode_headers(self, header: etree._Element | None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if header is None:
            return values
        for declared in self.reply_headers:
            if (element := header.find(declared.name)) is not None:
                self._inspector.inspect(element, declared)
                values[declared.key] = self._decoder.element(declared)(element)
        return values

    @property
    def _decoder(self) -> Decoder:
        return self._codecs.decoder(encoded=self.encoded)

    @cached_property
    def _read(self) -> Reader:
        assert self.reply is not None  # noqa: S101 # else there is nothing to read
        return self._decoder.element(self.reply)

    @cached_property
    def _inspector(self) -> Inspector:
        codecs = self._codecs
        # libxml2 judges elements that are declared: no parts of rpc, and nothing with references.
        schema = None if self._rpc or self.encoded else codecs.schema
        judge, ignore = codecs.judge(encoded=self.encoded), codecs.ignore_additions
        return Inspector(self.name, judge, schema, ignore_additions=ignore)

    @cached_property
    def _head(self) -> str:
        roots = [*self.request_headers, *([self.request] if self.request else [])]
        declared = self._codecs.prefixes.declared(namespaces(roots))
        return (
            f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{self._envelope}"'
            f' xmlns:xsi="{names.XSI}"{declared}>'
        )

    @cached_property
    def _write_body(self) -> Write:
        encoder, request = self._codecs.encoder(encoded=self.encoded), self.request
        if request is None:
            return _nothing
        if self._rpc and isinstance(request.type, Complex):
            return _wrapper(request.name, self.encoded, encoder.content(request.type))
        write = encoder.element(request)
        if _is_mapping(request):
            return write
        return lambda values, out: write(_bare(values), out)

    @cached_property
    def _header_writers(self) -> Mapping[str, Write]:
        encoder = self._codecs.encoder(encoded=self.encoded)
        return {declared.key: encoder.element(declared) for declared in self.request_headers}

    def _write_headers(self, headers: Values, out: Out) -> None:
        for name, value in headers.items():
            if name not in self._header_writers:
                raise at(name, "no such header")
            try:
                self._header_writers[name](value, out)
            except Wrong as wrong:
                wrong.path.append(name)
                raise


def _is_mapping(element: Element) -> bool:
    kind = element.type
    return isinstance(kind, Complex) and not kind.mixed and kind.array_of is None


def _nothing(values: Values, _out: Out) -> None:
    if values:
        raise at(min(values), "nothing of this name")


def _bare(values: Values) -> Any:
    if values.keys() != {BARE}:
        raise at(BARE, "nothing but this")
    return values[BARE]


def _wrapper(name: str, encoded: bool, content: Write) -> Write:
    """rpc: the wrapper is in a namespace of the binding's choice, the parts in none."""
    space, local = names.namespace(name), names.local(name)
    prefix, declared = ("rpc:", f" xmlns:rpc={quoted(space)}") if space else ("", "")
    style = f' soap:encodingStyle="{SOAP_ENC}"' if encoded else ""

    def write(values: Values, out: Out) -> None:
        out(f"<{prefix}{local}{declared}{style}")
        content(values, out)
        out(f"</{prefix}{local}>")

    return write
