"""WS-Addressing 1.0: what a request is, whom it is for, and that the answer is to it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from connectors.protocols.soap.envelope import Message, ReplyError

WSA = "http://www.w3.org/2005/08/addressing"
ANONYMOUS = f"{WSA}/anonymous"
REPLY = f"{WSA}/reply"


@dataclass(frozen=True, slots=True)
class Addressing:
    """Of one backend."""

    to: str
    """What the backend takes for its address, which need not be where we reach it."""
    actions: Mapping[str, str] = field(default_factory=dict)
    """By operation, where it is not the SOAPAction of the WSDL."""
    must_understand: bool = True

    def address(self, envelope: etree._Element, operation: str, action: str) -> str:
        """Put the headers into a request; its MessageID."""
        message_id = f"urn:uuid:{uuid.uuid4()}"
        header = envelope[0]
        meant = _said(header, "Action", self.actions.get(operation, action))
        if self.must_understand:
            meant.set(f"{{{etree.QName(envelope).namespace}}}mustUnderstand", "1")
        _said(header, "MessageID", message_id)
        _said(header, "To", self.to)
        reply_to = _said(header, "ReplyTo")
        etree.SubElement(reply_to, f"{{{WSA}}}Address").text = ANONYMOUS
        return message_id

    def demand(self, message: Message, message_id: str, *, said: bool) -> None:
        """Raises ReplyError for the answer to another message.

        `said`: it must say which message it answers, as a signed one must: it might be one that was
        made for somebody else at this moment.
        """
        answered = [
            (block.text or "").strip()
            for block in message.blocks()
            if block.tag == f"{{{WSA}}}RelatesTo" and block.get("RelationshipType", REPLY) == REPLY
        ]
        if any(one != message_id for one in answered):
            raise ReplyError("the answer to another message")
        if said and not answered:
            raise ReplyError("an answer that does not say to which message")


def _said(header: etree._Element, name: str, text: str | None = None) -> etree._Element:
    block = etree.SubElement(header, f"{{{WSA}}}{name}", nsmap={"wsa": WSA})
    block.text = text
    return block
