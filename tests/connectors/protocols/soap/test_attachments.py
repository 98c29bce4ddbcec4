"""Attachments arrive as they were sent, byte by byte, or not at all."""

import gzip
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.protocols.soap.envelopes import reply, sign, written
from tests.connectors.protocols.soap.secured import (
    Backend,
    answering,
    ask,
    refusal,
    security,
)
from tests.connectors.protocols.soap_material import TYPES, envelope, wsdl

BOUNDARY = "=_part-1'()+,./:?x"
XOP = "http://www.w3.org/2004/08/xop/include"
WITH_FILE = TYPES.replace(
    '<xs:element name="Line"', '<xs:element name="File" type="xs:base64Binary" minOccurs="0"/>\n'
    '<xs:element name="Line"'
)  # fmt: skip
EVERY_BYTE = (
    bytes(range(256)) * 3 + b"\r\n\r\n--\r\n\n\r\r\n--=_part-2\r\n \t\x85\xe2\x80\xa8\x1a\x00"
)
MEDIA = (
    f'multipart/related; type="application/xop+xml"; start="<root@erp>"; boundary="{BOUNDARY}"; '
    'start-info="text/xml"'
)
ROOT = 'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"'


def include(name: str) -> str:
    return f'<x:Include xmlns:x="{XOP}" href="cid:{name}"/>'


def answer(content: str) -> bytes:
    inner = f"<Count>3</Count><Price>1</Price>{content}"
    return envelope(f'<Answer xmlns="urn:test">{inner}</Answer>')


def part(content: bytes, *headers: str) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return f"--{BOUNDARY}\r\n{lines}\r\n".encode() + content + b"\r\n"


def multipart(root: bytes, *parts: bytes, end: str = f"--{BOUNDARY}--\r\n") -> bytes:
    return b"".join([part(root, ROOT, "Content-ID: <root@erp>"), *parts]) + end.encode()


def file(content: bytes, name: str = "file@erp", coding: str = "binary") -> bytes:
    return part(content, f"Content-ID: <{name}>", f"Content-Transfer-Encoding: {coding}")


@pytest.fixture
async def filing(tmp_path: Path) -> Any:
    async with answering(tmp_path, wsdl(WITH_FILE)) as backend:
        backend.media = MEDIA
        yield backend


@pytest.mark.parametrize(
    "content", [EVERY_BYTE, b"", b"\r\n", b"--", gzip.compress(b"x" * 100, mtime=0), b"\n" * 1000]
)
async def test_an_optimised_value_is_what_was_sent(filing: Backend, content: bytes) -> None:
    filing.says(multipart(answer(f"<File>{include('file%40erp')}</File>"), file(content)))

    found = await ask(filing.client())

    assert (found["File"] or b"") == content
    assert found.attachments == {}


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("binary", EVERY_BYTE),
        ("BASE64", b"\r\n".join(b64encode(EVERY_BYTE)[n : n + 76] for n in range(0, 2000, 76))),
        ("quoted-printable", "".join(f"={byte:02X}" for byte in EVERY_BYTE).encode()),
    ],
)
async def test_an_attachment_is_what_was_sent(filing: Backend, coding: str, sent: bytes) -> None:
    filing.media = MEDIA.replace("application/xop+xml", "text/xml")
    filing.says(multipart(answer(""), file(sent, coding=coding)))

    found = await ask(filing.client())

    assert found["Count"] == 3
    assert found.attachments == {"file@erp": EVERY_BYTE}


async def test_the_first_part_is_the_envelope_unless_another_is_named(filing: Backend) -> None:
    first = part(answer(""), "Content-Type: text/xml") + file(b"1")
    filing.media = f'multipart/related; boundary="{BOUNDARY}"'
    filing.says(b"a preamble\r\n" + first + f"--{BOUNDARY}--\r\nan epilogue".encode())
    assert (await ask(filing.client())).attachments == {"file@erp": b"1"}

    filing.media = MEDIA
    filing.says(file(b"1") + multipart(answer("")))
    assert (await ask(filing.client())).attachments == {"file@erp": b"1"}


async def test_a_part_without_a_name_is_kept_by_its_place(filing: Backend) -> None:
    filing.says(multipart(answer(""), part(b"1"), part(b"2", "Content-Type: image/png")))

    assert (await ask(filing.client())).attachments == {"#1": b"1", "#2": b"2"}


async def test_a_fault_in_a_multipart_answer_is_found(filing: Backend) -> None:
    filing.status = "500 Internal Server Error"
    fault = "<e:Fault><faultcode>e:Server.None</faultcode><faultstring/></e:Fault>"
    filing.says(multipart(envelope(fault)))

    with pytest.raises(Exception, match="no such thing"):
        await ask(filing.client())


def referring(name: str) -> bytes:
    return answer(f"<File>{include(name)}</File>")


MISSING = "an attachment is missing, or meant twice"
BROKEN = "a multipart answer with a broken part"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (multipart(referring("gone"), file(b"1")), MISSING),
        (multipart(referring("x").replace(b"cid:x", b"file:///etc/passwd")), MISSING),
        (multipart(referring("x").replace(b"cid:x", b"http://erp.invalid/")), MISSING),
        (multipart(referring("file@erp").replace(b"cid:", b""), file(b"1")), MISSING),
        (multipart(referring("root@erp")), MISSING),
        (
            multipart(
                answer(f"<File>{include('file@erp')}{include('file@erp')}</File>"), file(b"1")
            ),
            "an xop:Include that is not alone",
        ),
        (
            multipart(answer(f"<File>AAAA{include('file@erp')}</File>"), file(b"1")),
            "an xop:Include that is not alone",
        ),
        (
            multipart(answer(""), file(b"1"), file(b"2")),
            "attachments of which two have the same Content-ID",
        ),
        (multipart(answer(""), file(b"1"), end=""), "a multipart answer that is cut off"),
        (multipart(answer(""), file(b"1"))[:-60], "a multipart answer that is cut off"),
        (
            multipart(answer(""), file(b"1", coding="uuencode")),
            "an attachment that cannot be decoded",
        ),
        (
            multipart(answer(""), file(b"*", coding="base64")),
            "an attachment that cannot be decoded",
        ),
        (multipart(answer(""), *[part(b"")] * 100), "more than 100 attachments"),
        (multipart(answer(""), part(b"", "X: " + "y" * 9000)), BROKEN),
        (multipart(answer(""), f"--{BOUNDARY}more\r\n\r\n1\r\n".encode()), BROKEN),
        (multipart(answer(""), f"--{BOUNDARY}\r\nno blank line\r\n".encode()), BROKEN),
        (answer(""), "a multipart answer without its parts"),
        (file(b"1") + f"--{BOUNDARY}--".encode(), "a multipart answer without its envelope"),
        (multipart(b"<html/>"), "HTML instead of a SOAP envelope"),
    ],
)
async def test_what_is_not_intact_is_refused(filing: Backend, body: bytes, says: str) -> None:
    filing.says(body)

    assert await refusal(filing.client()) == says


@pytest.mark.parametrize("media", ["multipart/related", 'multipart/related; boundary=""'])
async def test_parts_need_a_boundary(filing: Backend, media: str) -> None:
    filing.media = media
    filing.says(multipart(answer("")))

    assert await refusal(filing.client()) == "a multipart answer without its parts"


async def test_one_part_does_not_unfold_to_many(filing: Backend) -> None:
    lines = f"<File>{include('file@erp')}</File>" * 2000
    filing.says(multipart(answer(lines), file(b"x" * 1_000_000)))
    started = time.process_time()

    assert await refusal(filing.client()) == MISSING
    assert time.process_time() - started < 2


async def test_a_large_attachment_arrives_whole(filing: Backend) -> None:
    content = EVERY_BYTE * 6000
    filing.says(multipart(answer(f"<File>{include('file@erp')}</File>"), file(content)))

    assert (await ask(filing.client()))["File"] == content


async def test_an_optimised_value_is_signed_as_the_text_it_stands_for(filing: Backend) -> None:
    inner = "<Count>3</Count><Price>1</Price><File>{}</File>"
    payload = f'<Answer xmlns="urn:test">{inner}</Answer>'
    text = b64encode(EVERY_BYTE).decode()
    root = written(sign(reply(payload.format(text)))).replace(text.encode(), include("f").encode())

    filing.says(multipart(root, file(EVERY_BYTE, "f")))
    assert (await ask(filing.client(security())))["File"] == EVERY_BYTE

    filing.says(multipart(root, file(EVERY_BYTE[1:], "f")))
    assert await refusal(filing.client(security())) == "a signed part that was changed"


async def test_an_attachment_nobody_signed_is_refused(filing: Backend) -> None:
    filing.says(multipart(written(sign(reply())), file(b"1")))

    assert await refusal(filing.client(security())) == "attachments that nobody signed"
