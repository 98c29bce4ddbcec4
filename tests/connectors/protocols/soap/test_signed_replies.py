"""What a signed reply has to be besides signed: whole, fresh, given once, and about what is read."""

from base64 import b64decode, b64encode
from copy import deepcopy
from typing import TypeAlias

import pytest
from lxml import etree

from tests.connectors.protocols.soap.envelopes import (
    MORE,
    find,
    moment,
    q,
    reply,
    sign,
)
from tests.connectors.protocols.soap.pki import ec_key, pair, theirs
from tests.connectors.protocols.soap.secured import Backend, ask, refusal, security

Root: TypeAlias = etree._Element

NOT_READ = "a signature of something that is not read"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["ts"], "an answer whose Body is not signed"),
        (["body"], "an answer whose Timestamp is not signed"),
        (["ts", "body", "body"], NOT_READ),
        (["ts", *["body"] * 32], "a signature of nothing, or of too much"),
    ],
)
async def test_body_and_timestamp_are_signed_once(
    backend: Backend, names: list[str], says: str
) -> None:
    backend.says(sign(reply(), *names))

    assert await refusal(backend.client(security())) == says


async def test_a_signature_of_nothing_is_none(backend: Backend) -> None:
    root = reply()

    def emptied(info: Root) -> None:
        for held in info.findall(q("ds:Reference")):
            info.remove(held)

    backend.says(sign(root, change=emptied))

    assert await refusal(backend.client(security())) == "a signature of nothing, or of too much"


async def test_an_answer_counts_once(backend: Backend) -> None:
    backend.says(sign(reply()))
    soap = backend.client(security())
    await ask(soap)

    assert await refusal(soap) == "a signed answer that was given before"


async def test_the_twin_of_an_ecdsa_signature_is_the_same_answer(backend: Backend) -> None:
    """(r, n - s) holds whenever (r, s) does: anybody can make a new signature from an old one."""
    signer = pair("erp", ec_key(2))
    root = sign(reply(), by=signer, algorithm=f"{MORE}ecdsa-sha256")
    soap = backend.client(security(reply={"certificate": signer.pem}))
    backend.says(root)
    await ask(soap)

    value = find(root, "s:Header/wsse:Security/ds:Signature/ds:SignatureValue")
    held = b64decode(value.text or "")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    twin = order - int.from_bytes(held[32:], "big")
    value.text = b64encode(held[:32] + twin.to_bytes(32, "big")).decode()
    backend.says(root)

    assert await refusal(soap) == "a signed answer that was given before"


async def test_no_more_answers_are_taken_than_can_be_remembered(backend: Backend) -> None:
    soap = backend.client(security(reply={"certificate": theirs().pem, "replays_held": 2}))
    for _ in range(2):
        backend.says(sign(reply()))
        await ask(soap)

    backend.says(sign(reply()))

    assert await refusal(soap) == "more signed answers than can be told from replays"


async def test_a_prefix_redeclared_around_a_signed_part_changes_nothing(backend: Backend) -> None:
    """xsi:type="x:Answer" is text to a signature: what `x` means may be said outside of it."""
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    payload = (
        f'<Answer xmlns="urn:test" {xsi}><Count xsi:type="outside:int">3</Count>'
        "<Price>1</Price></Answer>"
    )
    root = sign(reply(payload))
    text = etree.tostring(root).replace(
        b"<s:Envelope ", b'<s:Envelope xmlns:outside="http://www.w3.org/2001/XMLSchema" '
    )
    backend.says(text)

    assert "declare" in await refusal(backend.client(security()))


async def test_a_fault_nobody_signed_is_not_in_the_vendors_name(backend: Backend) -> None:
    """Else anybody between us could say that there is no such order, and have it made again."""
    fault = "<s:Fault><faultcode>s:Server.None</faultcode><faultstring/></s:Fault>"
    backend.status = "500 Internal Server Error"
    soap = backend.client(security())

    backend.says(reply(fault))
    with pytest.raises(Exception, match="the backend failed"):
        await ask(soap)

    backend.says(sign(reply(fault)))
    with pytest.raises(Exception, match="no such thing"):
        await ask(soap)


async def test_an_empty_answer_cannot_be_signed(backend: Backend) -> None:
    backend.says(b"")

    assert "empty answer" in await refusal(backend.client(security()))


@pytest.mark.parametrize(
    ("created", "expires", "says"),  # seconds from now, or a text
    [
        (120, 300, "a Timestamp from the future; compare the clocks"),
        (-400, -100, "a Timestamp that has expired"),
        (-400, 10**8, "a Timestamp that has expired"),  # whatever it says
        (-20, -30, "a Timestamp that expires before it was created"),
        ("2025-01-01T00:00:00", 60, "a Timestamp that is no moment"),
        ("2025-13-01T00:00:00Z", 60, "a Timestamp that is no moment"),
        ("0001-01-01T00:00:00+14:00", 60, "a Timestamp that is no moment"),
        ("yesterday", 60, "a Timestamp that is no moment"),
    ],
    ids=range(8),
)
async def test_a_timestamp_is_held_to_our_clock(
    backend: Backend, created: float | str, expires: float, says: str
) -> None:
    created = created if isinstance(created, str) else moment(created)
    backend.says(sign(reply(created=created, expires=moment(expires))))

    assert await refusal(backend.client(security())) == says


@pytest.mark.parametrize("name", ["Created", "Expires"])
async def test_a_timestamp_with_two_times_is_refused(backend: Backend, name: str) -> None:
    root = reply()
    timestamp = find(root, "s:Header/wsse:Security/wsu:Timestamp")
    timestamp.append(deepcopy(find(timestamp, f"wsu:{name}")))
    backend.says(sign(root))

    assert await refusal(backend.client(security())) == "a Timestamp that says two times"


async def test_a_timestamp_without_a_beginning_is_refused(backend: Backend) -> None:
    root = reply()
    timestamp = find(root, "s:Header/wsse:Security/wsu:Timestamp")
    timestamp.remove(find(timestamp, "wsu:Created"))
    backend.says(sign(root))

    expected = "a Timestamp that does not say when it was created"
    assert await refusal(backend.client(security())) == expected
