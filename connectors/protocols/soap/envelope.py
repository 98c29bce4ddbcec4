"""A reply read with suspicion: well-formed, no DTD, not too deep, one element in one Body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import local
from typing import Any

from lxml import etree

ENVELOPES = (
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
)
"""SOAP 1.1 and 1.2. A backend may refuse in the other version than it was asked in."""

AS_WRITTEN = frozenset({"UTF-8", "utf-8", "US-ASCII", "ISO-8859-1"})
"""Encodings in which an ASCII character is the byte it always is; in UTF-7 it need not be."""

DEEPEST = 100
"""Deeper than any real message, shallow enough for decoders that recurse: four frames a level."""

_TOO_DEEP = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")

_ENVELOPE = {f"{{{space}}}Envelope": space for space in ENVELOPES}

_ROOT = tuple(
    f"{{{encoding}}}root"
    for encoding in (
        "http://schemas.xmlsoap.org/soap/encoding/",
        "http://www.w3.org/2003/05/soap-encoding",
    )
)

FOR_US = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    }
)
"""The actors (SOAP 1.1) or roles (1.2) that the last reader of a message has."""


class ReplyError(Exception):
    """A reply that is not a proper answer. Says why, and never what was in it."""


@dataclass(slots=True)
class Message:
    """Not changed once it is made, and not frozen, which triples what making one costs."""

    header: etree._Element | None
    body: etree._Element
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """What came beside the envelope, by Content-ID."""
    size: int | None = None
    """Bytes it came in, where that is known."""
    has_hash: bool = True
    """Whether there may be a `#` in it, as the namespaces of encryption have one."""

    def blocks(self) -> list[etree._Element]:
        """The header blocks."""
        return [] if self.header is None else list(self.header)

    def payload(self, *, encoded: bool = False) -> etree._Element | None:
        """The one element in the Body; None when it is empty. Raises ReplyError.

        `encoded`: there may be further ones that it refers to, as rpc/encoded has them.
        """
        elements = list(self.body)
        if encoded:
            elements = [e for e in elements if not any(e.get(root) == "0" for root in _ROOT)][:1]
        if len(elements) > 1:
            # Two payloads are how a signed or checked one is smuggled past its check.
            raise ReplyError("a SOAP envelope with more than one element in its Body")
        return elements[0] if elements else None


def message_in(
    body: bytes, content_type: str = "", attachments: Mapping[str, bytes] | None = None
) -> Message:
    """A SOAP message. Raises ReplyError."""
    root, encoding = _parse(body, content_type)
    space = _ENVELOPE.get(root.tag)
    if space is None:
        local_name = etree.QName(root).localname
        what = "HTML" if local_name.lower() == "html" else f"an element {local_name}"
        raise ReplyError(f"{what} instead of a SOAP envelope")
    parts = [(child.tag, child) for child in root]
    headers = [child for tag, child in parts if tag == f"{{{space}}}Header"]
    bodies = [child for tag, child in parts if tag == f"{{{space}}}Body"]
    if len(bodies) != 1 or len(headers) > 1:
        raise ReplyError("a SOAP envelope without exactly one Body, or with several Headers")
    has_hash = b"#" in body or not body.startswith(b"<") or encoding not in AS_WRITTEN
    header = headers[0] if headers else None
    return Message(header, bodies[0], attachments or {}, len(body), has_hash)


def is_for_us(block: etree._Element) -> bool:
    space = _envelope_of(block)
    return block.get(f"{{{space}}}actor", block.get(f"{{{space}}}role", "")) in FOR_US


def must_be_understood(block: etree._Element) -> bool:
    demanded = block.get(f"{{{_envelope_of(block)}}}mustUnderstand", "").strip()
    return demanded in {"1", "true"} and is_for_us(block)


def _envelope_of(block: etree._Element) -> str:
    parent = block.getparent()
    return "" if parent is None else etree.QName(parent).namespace or ""


def _parse(body: bytes, content_type: str) -> tuple[etree._Element, str | None]:
    """The root, and the encoding it was read in."""
    try:
        root = etree.fromstring(body, _parsers.told(_charset(body, content_type)))
    except (etree.XMLSyntaxError, LookupError) as error:
        head = body[:200].lstrip().lower()
        html = head.startswith((b"<!doctype html", b"<html"))
        raise ReplyError("HTML instead of XML" if html else "broken XML") from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise ReplyError("XML with a DTD")
    if _may_be_deep(body) and _TOO_DEEP(root):
        raise ReplyError("XML nested too deeply")
    return root, docinfo.encoding


def _may_be_deep(body: bytes) -> bool:
    """Whether there are enough end tags for it, where counting them is quick and they show."""
    return len(body) > 2048 or not body.startswith(b"<") or body.count(b"</") >= DEEPEST


class _Parsers(local):
    """One for each thread, as one that is shared waits for others: large replies are parsed in
    threads. It is a quarter of what a small reply costs to make one each time.

    Without huge_tree libxml2 refuses entity floods, depth over 256 and 10 MB texts.
    """

    def __init__(self) -> None:
        self._usual = self._made(None)

    def told(self, charset: str | None) -> etree.XMLParser:
        """Raises LookupError for a charset nobody knows."""
        return self._usual if charset is None else self._made(charset)

    def _made(self, charset: str | None) -> etree.XMLParser:
        return etree.XMLParser(
            encoding=charset,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )


_parsers = _Parsers()


def _charset(body: bytes, content_type: str) -> str | None:
    """What the header says, where the document says nothing itself; None lets libxml2 detect."""
    if body.startswith((b"<?xml", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return None
    named = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", content_type, re.IGNORECASE)
    # UTF-8 is what XML is in when nobody says otherwise.
    return named[1] if named and named[1].lower() not in ("utf-8", "utf8") else None
