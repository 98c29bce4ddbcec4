"""A header that must be understood, and is not, makes the answer none (SOAP 1.1, 4.2.3)."""

import pytest

from connectors.protocols.soap.addressing import Addressing
from tests.connectors.protocols.soap.envelopes import reply
from tests.connectors.protocols.soap.secured import Backend, ask, refusal, security

NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


def block(attributes: str) -> str:
    return f'<t:Session xmlns:t="urn:test" {attributes}>1</t:Session>'


@pytest.mark.parametrize(
    "attributes",
    [
        's:mustUnderstand="1"',
        's:mustUnderstand=" true "',
        f's:mustUnderstand="1" s:actor="{NEXT}"',
        's:mustUnderstand="1" s:actor=""',
    ],
)
async def test_what_must_be_understood_is_refused(backend: Backend, attributes: str) -> None:
    backend.says(reply(header=block(attributes)))

    expected = "a header Session that must be understood, and is not"
    assert await refusal(backend.client(security(reply=None))) == expected


@pytest.mark.parametrize(
    "attributes",
    ["", 's:mustUnderstand="0"', 'mustUnderstand="1"', 's:mustUnderstand="1" s:actor="urn:other"'],
)
async def test_what_need_not_be_is_passed_over(backend: Backend, attributes: str) -> None:
    backend.says(reply(header=block(attributes)))

    assert (await ask(backend.client(security(reply=None))))["Count"] == 3


async def test_security_and_addressing_are_understood_where_they_are_spoken(
    backend: Backend,
) -> None:
    wsa = "http://www.w3.org/2005/08/addressing"
    action = f'<a:Action xmlns:a="{wsa}" s:mustUnderstand="1">urn:x</a:Action>'

    backend.says(reply())
    expected = "a header Security that must be understood, and is not"
    assert await refusal(backend.client()) == expected

    backend.says(reply(header=action))
    expected = "a header Action that must be understood, and is not"
    assert await refusal(backend.client(security(reply=None))) == expected
    both = backend.client(security(reply=None), Addressing("urn:erp"))
    assert (await ask(both))["Count"] == 3
