"""A reply is refused for what it is, before anything in it is believed."""

from pathlib import Path

import pytest
from lxml import etree

from connectors.protocols.soap.envelope import ReplyError, message_in
from tests.connectors.protocols.soap_material import SOAP_11, SOAP_12, answer, envelope

ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
FLOOD = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
DECLARED = b'<?xml version="1.0" encoding="utf-8"?>'


def payload_of(
    body: bytes, content_type: str = "text/xml", *, encoded: bool = False
) -> etree._Element | None:
    return message_in(body, content_type).payload(encoded=encoded)


def refused(body: bytes, content_type: str = "text/xml") -> str:
    with pytest.raises(ReplyError) as caught:
        payload_of(body, content_type)
    return str(caught.value)


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    body = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'.encode() + envelope("<a>&a;</a>")

    assert refused(body) == "XML with a DTD"


def test_a_flood_of_entities_is_stopped() -> None:
    body = f'<!DOCTYPE x [<!ENTITY e0 "x">{FLOOD}]>'.encode() + envelope('<a b="&e9;">&e9;</a>')

    assert refused(body) == "broken XML"


@pytest.mark.parametrize("depth", [99, 250, 5000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert refused(envelope("<a>" * depth + "</a>" * depth)) in {
        "XML nested too deeply",
        "broken XML",  # libxml2's own limit comes first
    }


def test_what_real_messages_nest_is_read() -> None:
    payload = payload_of(envelope("<a>" * 98 + "</a>" * 98))

    assert payload is not None


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!DOCTYPE html><html><body>Back soon<br></body></html>", "HTML instead of XML"),
        (b"<html><body>Back soon</body></html>", "HTML instead of a SOAP envelope"),
        (b'{"fault": "no"}', "broken XML"),
        (b"", "broken XML"),
        (answer()[:-20], "broken XML"),
        (b"<Answer/>", "an element Answer instead of a SOAP envelope"),
        (envelope("", version="urn:other"), "an element Envelope instead of a SOAP envelope"),
        (envelope("<a/><b/>"), "a SOAP envelope with more than one element in its Body"),
        (
            envelope("<a/></e:Body><e:Body><b/>"),
            "a SOAP envelope without exactly one Body, or with several Headers",
        ),
        (
            envelope("<a/>").replace(b"<e:Body>", b"<e:Header/><e:Header/><e:Body>"),
            "a SOAP envelope without exactly one Body, or with several Headers",
        ),
    ],
)
def test_what_is_no_soap_message_is_refused(body: bytes, says: str) -> None:
    assert refused(body) == says


@pytest.mark.parametrize("version", [SOAP_11, SOAP_12])
def test_both_versions_are_understood(version: str) -> None:
    payload = payload_of(answer(version=version))

    assert payload is not None
    assert payload.tag == "{urn:test}Answer"


@pytest.mark.parametrize(
    ("head", "written_in", "content_type"),
    [
        (b"", "utf-8", "text/xml"),
        (DECLARED, "utf-8", "text/xml; charset=iso-8859-1"),  # the document knows better
        (b"", "iso-8859-1", "text/xml; charset=ISO-8859-1"),
        (b"", "iso-8859-1", 'text/xml; charset="iso-8859-1"'),
        (b"", "utf-16", "text/xml"),
    ],
)
def test_a_text_is_read_as_it_was_written(head: bytes, written_in: str, content_type: str) -> None:
    payload = payload_of(head + envelope("<a>Weiß</a>").decode().encode(written_in), content_type)

    assert payload is not None
    assert payload.text == "Weiß"


@pytest.mark.parametrize(
    ("head", "written_in", "content_type"),
    [
        (DECLARED, "iso-8859-1", "text/xml"),
        (b"", "iso-8859-1", "text/xml"),
        (b"", "utf-8", "text/xml; charset=martian"),
        (DECLARED.replace(b"utf-8", b"martian"), "utf-8", "text/xml"),
    ],
)
def test_a_wrong_charset_is_never_guessed_away(
    head: bytes, written_in: str, content_type: str
) -> None:
    body = head + envelope("<a>Weiß</a>").decode().encode(written_in)

    assert refused(body, content_type) == "broken XML"


def test_a_comment_does_not_split_a_text() -> None:
    payload = payload_of(envelope("<a>admin<!-- -->istrator</a>"))

    assert payload is not None
    assert payload.text == "administrator"


@pytest.mark.parametrize(
    "content",
    [
        '<Answer/><multiRef c:root="0" id="1"/><multiRef c:root="0" id="2"/>',
        '<multiRef c:root="0" id="1"/><Answer c:root="1"/>',
        '<Answer/><multiRef id="1"/>',
    ],
)
def test_an_encoded_answer_may_have_others_beside_it(content: str) -> None:
    body = envelope(content).replace(b"<e:Body>", f'<e:Body xmlns:c="{ENCODING}">'.encode())

    payload = payload_of(body, encoded=True)

    assert payload is not None
    assert payload.tag == "Answer"
    assert refused(body) == "a SOAP envelope with more than one element in its Body"
