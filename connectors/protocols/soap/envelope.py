"""A reply read with suspicion: well-formed, no DTD, not too deep, one element in one Body."""

import re
from typing import Any

from lxml import etree

ENVELOPES = (
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
)
"""SOAP 1.1 and 1.2. A backend may refuse in the other version than it was asked in."""

_TOO_DEEP = etree.XPath(f"boolean({'/*' * 101})")
# Deeper than any real message, shallow enough for decoders that recurse: four frames a level.


class ReplyError(Exception):
    """A reply that is not a proper answer. Says why, and never what was in it."""


def payload_of(body: bytes, content_type: str = "") -> etree._Element | None:
    """The one element in the SOAP Body; None when the Body is empty. Raises ReplyError."""
    root = _parse(body, content_type)
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in ENVELOPES:
        what = "HTML" if name.localname.lower() == "html" else f"an element {name.localname}"
        raise ReplyError(f"{what} instead of a SOAP envelope")
    bodies = root.findall(f"{{{name.namespace}}}Body")
    if len(bodies) != 1 or len(bodies[0]) > 1:
        # Two bodies or two payloads are how a signed or checked one is smuggled past its check.
        raise ReplyError("a SOAP envelope without exactly one Body and one element in it")
    return bodies[0][0] if len(bodies[0]) else None


def _parse(body: bytes, content_type: str) -> etree._Element:
    # A parser of its own for each reply: a shared one is locked, and a large reply is parsed in a
    # thread. Without huge_tree libxml2 refuses entity floods, depth over 256 and 10 MB texts.
    try:
        parser = etree.XMLParser(
            encoding=_charset(body, content_type),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, LookupError) as error:
        head = body[:200].lstrip().lower()
        html = head.startswith((b"<!doctype html", b"<html"))
        raise ReplyError("HTML instead of XML" if html else "broken XML") from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise ReplyError("XML with a DTD")
    if _TOO_DEEP(root):
        raise ReplyError("XML nested too deeply")
    return root


def _charset(body: bytes, content_type: str) -> str | None:
    """What the header says, where the document says nothing itself; None lets libxml2 detect."""
    if body.startswith((b"<?xml", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return None
    named = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", content_type, re.IGNORECASE)
    return named[1] if named else None
