"""WS-Addressing: what a request says about itself, and that an answer is to it."""

import pytest
from lxml import etree

from connectors.protocols.soap.addressing import Addressing
from runtime.problems import Problem
from tests.connectors.protocols.soap.envelopes import find, q, reply, sign
from tests.connectors.protocols.soap.secured import Backend, ask, refusal, security

WSA = "http://www.w3.org/2005/08/addressing"
ADDRESSING = Addressing("urn:erp")
ANOTHER = "the answer to another message"


def message_id(request: etree._Element) -> str:
    return find(request, "s:Header/wsa:MessageID").text or ""


def related(to: str, kind: str = "") -> etree._Element:
    relation = f' RelationshipType="{kind}"' if kind else ""
    return reply(
        header=f'<wsa:RelatesTo xmlns:wsa="{WSA}" xmlns:wsu="{WSU}" wsu:Id="to"{relation}>'
        f"{to}</wsa:RelatesTo>"
    )


WSU = q("wsu:Id")[1:].partition("}")[0]


async def test_a_request_says_what_it_is_and_for_whom(backend: Backend) -> None:
    backend.says(reply())
    soap = backend.client(security(reply=None), ADDRESSING)
    await ask(soap)
    first = backend.envelope()
    await ask(soap)
    second = backend.envelope()

    header = find(first, "s:Header")
    assert find(header, "wsa:To").text == "urn:erp"
    assert find(header, "wsa:Action").text == "urn:test/Ask"
    assert find(header, "wsa:Action").get(q("s:mustUnderstand")) == "1"
    assert find(header, "wsa:ReplyTo/wsa:Address").text == f"{WSA}/anonymous"
    assert message_id(first).startswith("urn:uuid:")
    assert message_id(first) != message_id(second)


async def test_an_action_may_be_another_than_the_wsdl_says(backend: Backend) -> None:
    backend.says(reply())
    addressing = Addressing("urn:erp", {"Ask": "urn:better"}, must_understand=False)
    await ask(backend.client(security(reply=None), addressing))

    action = find(backend.envelope(), "s:Header/wsa:Action")
    assert action.text == "urn:better"
    assert action.get(q("s:mustUnderstand")) is None


async def test_an_answer_to_our_message_is_read(backend: Backend) -> None:
    backend.answers = lambda request: related(f" {message_id(request)} ", f"{WSA}/reply")

    assert (await ask(backend.client(security(reply=None), ADDRESSING)))["Count"] == 3


async def test_an_answer_to_another_message_is_refused(backend: Backend) -> None:
    backend.says(related("urn:uuid:another"))

    assert await refusal(backend.client(security(reply=None), ADDRESSING)) == ANOTHER


async def test_an_answer_to_two_messages_is_refused(backend: Backend) -> None:
    def both(request: etree._Element) -> etree._Element:
        root = related(message_id(request))
        find(root, "s:Header").append(find(related("urn:uuid:another"), "s:Header/wsa:RelatesTo"))
        return root

    backend.answers = both

    assert await refusal(backend.client(security(reply=None), ADDRESSING)) == ANOTHER


async def test_an_answer_may_relate_to_more_in_other_ways(backend: Backend) -> None:
    backend.says(related("urn:uuid:another", "urn:inspired-by"))

    assert (await ask(backend.client(security(reply=None), ADDRESSING)))["Count"] == 3


async def test_a_fault_for_another_message_is_not_ours(backend: Backend) -> None:
    fault = "<s:Fault><faultcode>s:Server.None</faultcode><faultstring/></s:Fault>"

    def other(_: etree._Element) -> etree._Element:
        root = related("urn:uuid:another")
        find(root, "s:Body")[0].getparent().replace(  # type: ignore[union-attr] # it has one
            find(root, "s:Body")[0], find(reply(fault), "s:Body")[0]
        )
        return root

    backend.answers, backend.status = other, "500 Internal Server Error"
    with pytest.raises(Problem, match="the backend failed"):
        await ask(backend.client(security(reply=None), ADDRESSING))


async def test_a_signed_answer_has_to_say_what_it_answers(backend: Backend) -> None:
    """Else one that was made for somebody else at this moment would do."""
    soap = backend.client(security(), ADDRESSING)

    backend.says(sign(reply()))
    assert await refusal(soap) == "an answer that does not say to which message"

    backend.answers = lambda request: sign(related(message_id(request)))  # beside the signature
    assert await refusal(soap) == "an answer that does not say to which message"

    backend.answers = lambda request: sign(related(message_id(request)), "ts", "body", "to")
    assert (await ask(soap))["Count"] == 3
