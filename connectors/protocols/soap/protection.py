"""The header of a request and of its reply: addressing, security, and what must be understood."""

from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from connectors.protocols.soap.addressing import WSA, Addressing
from connectors.protocols.soap.codec.shapes import Element
from connectors.protocols.soap.envelope import ENVELOPES, Message, ReplyError, must_be_understood
from connectors.protocols.soap.security import Security, demand_plain
from connectors.protocols.soap.security.names import SECURITY, WSU


@dataclass(slots=True)
class Request:
    """What went out, as far as the reply is held to it."""

    content: bytes
    message_id: str | None = None
    signature: str | None = None


class Protection:
    """What one backend demands and has to prove; nothing, when it is given neither part."""

    def __init__(self, security: Security | None, addressing: Addressing | None) -> None:
        self._security = security
        self._addressing = addressing

    @property
    def once(self) -> bool:
        """Whether a message may arrive only once: a nonce or a signature seen before is refused."""
        return self._security is not None

    def request(self, content: bytes, operation: str, action: str) -> Request:
        """`content` is a whole envelope."""
        if self._security is None and self._addressing is None:
            return Request(content)
        envelope = etree.fromstring(content, etree.XMLParser(huge_tree=True))
        _with_header(envelope)
        message_id = signature = None
        if self._addressing is not None:
            message_id = self._addressing.address(envelope, operation, action)
        if self._security is not None:
            signature = self._security.secure(envelope)
        protected = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return Request(protected, message_id, signature)

    def demand(self, message: Message, request: Request, declared: Collection[Element]) -> Message:
        """The reply as far as it may be believed. Raises ReplyError.

        `declared`: the header blocks that the operation itself understands.
        """
        demand_plain(message)
        if message.header is not None:
            self._demand_understood(message, declared)
        if self._security is None and self._addressing is None:
            return message
        signed = self._security is not None and self._security.demands_signatures
        if self._security is not None:
            message = self._security.demand(message, request.signature)
        if self._addressing is not None and request.message_id is not None:
            self._addressing.demand(message, request.message_id, said=signed)
        return message

    def _demand_understood(self, message: Message, declared: Collection[Element]) -> None:
        for block in message.blocks():
            if must_be_understood(block) and not self._understands(block, declared):
                name = etree.QName(block).localname
                raise ReplyError(f"a header {name} that must be understood, and is not")

    def _understands(self, block: etree._Element, declared: Collection[Element]) -> bool:
        if block.tag == SECURITY:
            return self._security is not None
        if etree.QName(block).namespace == WSA:
            return self._addressing is not None
        return any(block.tag == element.name for element in declared)


def bare(header: etree._Element | None) -> etree._Element | None:
    """Without the attributes any block may have, which the schema of none has to allow for."""
    for block in [] if header is None else header:
        for name in list(block.attrib):
            if etree.QName(name).namespace in (*ENVELOPES, WSU):
                del block.attrib[name]
    return header


def _with_header(envelope: etree._Element) -> None:
    name = f"{{{etree.QName(envelope).namespace}}}Header"
    if envelope.find(name) is None:
        envelope.insert(0, etree.Element(name))
