"""Headers that the WSDL declares: sent with a call, and given back beside its answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.problems import Rejected
from tests.connectors.protocols.soap.envelopes import find, q, reply, sign
from tests.connectors.protocols.soap.secured import Backend, answering, ask, refusal, security
from tests.connectors.protocols.soap_material import TYPES, wsdl

SESSION = '<xs:element name="Session" type="xs:int"/>'
HEADER = '<s:header message="t:Head" part="head" use="literal"/>'
WSDL = (
    wsdl(TYPES + SESSION)
    .replace("<portType", '<message name="Head"><part name="head" element="t:Session"/></message><portType')
    .replace('<s:body use="literal"/>', f'{HEADER}<s:body use="literal"/>')
)  # fmt: skip


def session(number: int, attributes: str = "") -> str:
    return f'<t:Session xmlns:t="urn:test" {attributes}>{number}</t:Session>'


@pytest.fixture
async def declaring(tmp_path: Path) -> AsyncIterator[Backend]:
    async with answering(tmp_path, WSDL) as backend:
        yield backend


async def test_a_declared_header_goes_and_comes(declaring: Backend) -> None:
    declaring.says(reply(header=session(42)))
    soap = declaring.client(security(reply=None))

    found = await soap.call("Ask", {"No": "1"}, headers={"Session": 41})

    assert find(declaring.envelope(), "s:Header/t:Session").text == "41"
    assert found == {**found, "Count": 3}
    assert found.headers == {"Session": 42}


async def test_no_header_is_none(declaring: Backend) -> None:
    declaring.says(reply())

    assert (await ask(declaring.client(security(reply=None)))).headers == {}


@pytest.mark.parametrize("headers", [{"Session": "x"}, {"Other": 1}])
async def test_a_header_is_held_to_the_wsdl(declaring: Backend, headers: dict[str, object]) -> None:
    soap = declaring.client()

    with pytest.raises(Rejected) as caught:
        await soap.call("Ask", {"No": "1"}, headers=headers)

    assert caught.value.slug == "does-not-fit"
    assert declaring.heard == []


async def test_a_header_of_the_answer_is_held_to_the_wsdl(declaring: Backend) -> None:
    declaring.says(reply(header=session(42).replace("42", "x")))

    refused = await refusal(declaring.client(security(reply=None)))

    assert refused == "the message: expected a whole number"


async def test_a_declared_header_is_understood(declaring: Backend) -> None:
    declaring.says(reply(header=session(42, 's:mustUnderstand="1"')))

    assert (await ask(declaring.client(security(reply=None)))).headers == {"Session": 42}


async def test_our_header_is_signed_and_theirs_has_to_be(declaring: Backend) -> None:
    """What nobody signed is not there, where replies have to be signed."""
    named = f'xmlns:wsu="{q("wsu:Id")[1:].partition("}")[0]}" wsu:Id="session"'
    soap = declaring.client(security())

    declaring.says(sign(reply(header=session(42, named))))
    assert (await ask(soap)).headers == {}

    declaring.says(sign(reply(header=session(42, named)), "ts", "body", "session"))
    assert (await ask(soap)).headers == {"Session": 42}
