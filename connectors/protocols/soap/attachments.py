"""Replies with attachments (multipart/related, RFC 2387): MTOM/XOP and SOAP with Attachments.

XOP: an xop:Include in the envelope is replaced by the part it stands for, as the base64 text it
was taken from, so that schema, signature and decoder see the message as it is meant. All other
parts are the caller's, by their Content-ID.

The parts are cut here, because Python's email package is made for lines: it walks through eight
megabytes of them one by one, and takes a truncated message for a whole one.
"""

import binascii
import quopri
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from email.message import Message as MimeHeaders
from email.parser import BytesHeaderParser
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from connectors.protocols.soap.envelope import Message, ReplyError, message_in

INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"
MAX_PARTS = 100
MAX_HEADER_BYTES = 8 * 1024

_AS_IT_IS: Callable[[bytes], bytes] = bytes
DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "": _AS_IT_IS,
    "7bit": _AS_IT_IS,
    "8bit": _AS_IT_IS,
    "binary": _AS_IT_IS,
    "base64": lambda content: b64decode(content.translate(None, b" \t\r\n"), validate=True),
    "quoted-printable": quopri.decodestring,
}
"""By Content-Transfer-Encoding."""


class Part(NamedTuple):
    id: str
    media: str
    content: bytes


def received(body: bytes, content_type: str) -> Message:
    """The SOAP message of a reply, with its attachments if it has any. Raises ReplyError."""
    if not content_type.strip().lower().startswith("multipart/related"):
        return message_in(body, content_type)
    media = MimeHeaders()
    media["content-type"] = content_type
    root, *others = _root_first(_parts(body, _parameter(media, "boundary")), media)
    parts = {part.id: part.content for part in others}
    if len(parts) != len(others):
        raise ReplyError("attachments of which two have the same Content-ID")
    message = message_in(root.content, root.media, parts)
    _inline(message, parts)
    return message


def _parts(body: bytes, boundary: str) -> list[Part]:
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(delimiter, MAX_PARTS + 2)[1:]
    if not boundary or len(pieces) < 2:
        raise ReplyError("a multipart answer without its parts")
    if len(pieces) > MAX_PARTS + 1:
        raise ReplyError(f"more than {MAX_PARTS} attachments")
    if not pieces[-1].startswith(b"--"):
        raise ReplyError("a multipart answer that is cut off")
    return [_part(piece, number) for number, piece in enumerate(pieces[:-1])]


def _part(piece: bytes, number: int) -> Part:
    head, blank, content = piece.partition(b"\r\n\r\n")
    padding, _, lines = head.partition(b"\r\n")
    if not blank or padding.strip(b" \t") or len(lines) > MAX_HEADER_BYTES:
        raise ReplyError("a multipart answer with a broken part")
    headers = BytesHeaderParser().parsebytes(lines)
    coding = str(headers.get("content-transfer-encoding", "")).strip().lower()
    try:
        decoded = DECODERS[coding](content)
    except (KeyError, binascii.Error) as error:
        raise ReplyError("an attachment that cannot be decoded") from error
    name = str(headers.get("content-id", "")).strip().removeprefix("<").removesuffix(">")
    return Part(name or f"#{number}", str(headers.get("content-type", "")), decoded)


def _root_first(parts: list[Part], media: MimeHeaders) -> list[Part]:
    """The part that `start` names is the envelope, else the first (RFC 2387)."""
    start = _parameter(media, "start").strip().removeprefix("<").removesuffix(">")
    roots = [part for part in parts if part.id == start] if start else parts[:1]
    if len(roots) != 1:
        raise ReplyError("a multipart answer without its envelope")
    return [*roots, *(part for part in parts if part is not roots[0])]


def _parameter(media: MimeHeaders, name: str) -> str:
    value = media.get_param(name, "")
    return value if isinstance(value, str) else ""  # a tuple is RFC 2231, which nobody means here


def _inline(message: Message, parts: dict[str, bytes]) -> None:
    """Put each part where its xop:Include is; what remains in `parts` are attachments.

    A part goes in once: a few names for one large part would unfold to gigabytes.
    """
    for include in list(message.body.iter(INCLUDE)):
        parent = include.getparent()
        href = include.get("href", "")
        name = unquote(href.removeprefix("cid:"))
        if not href.startswith("cid:") or name not in parts:
            raise ReplyError("an attachment is missing, or meant twice")
        if parent is None or len(parent) != 1 or _texts(parent, include):
            raise ReplyError("an xop:Include that is not alone")
        parent.remove(include)
        parent.text = b64encode(parts.pop(name)).decode()


def _texts(parent: etree._Element, include: etree._Element) -> bool:
    return bool(((parent.text or "") + (include.tail or "")).strip())
