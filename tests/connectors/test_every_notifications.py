"""What the notifications port promises, of every service that runs here.

Each knows no mailbox whose name is `nobody`.
"""

import asyncio
from uuid import uuid4

import pytest

from connectors.notifications import Notifications
from contracts.models.system.notifications.v1 import NewMessage
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("notifications")

WELCOME = NewMessage(to="ada@example.com", subject="Welcome", text="Hello, Ada", html="<p>Hello")


@pytest.fixture
def ref() -> str:
    return f"onboarding:{uuid4().hex}"


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_a_message_is_accepted_under_our_id(connector: Notifications, ref: str) -> None:
    message = await connector.put_message(ref, WELCOME)

    assert (message.id, message.status) == (ref, "accepted")
    assert message.accepted_at is not None
    assert message.first_tried_at <= message.accepted_at
    assert await connector.get_message(ref) == message


async def test_the_same_again_changes_nothing(connector: Notifications, ref: str) -> None:
    message = await connector.put_message(ref, WELCOME)

    assert await connector.put_message(ref, WELCOME) == message


async def test_many_at_once_are_one(connector: Notifications, ref: str) -> None:
    told = await asyncio.gather(*(connector.put_message(ref, WELCOME) for _ in range(5)))

    assert all(message == told[0] for message in told)


async def test_two_messages_have_two_references(connector: Notifications, ref: str) -> None:
    one = await connector.put_message(f"{ref}.1", WELCOME)
    other = await connector.put_message(f"{ref}.2", WELCOME)

    assert one.reference != other.reference


async def test_another_message_under_the_same_id_is_a_conflict(
    connector: Notifications, ref: str
) -> None:
    message = await connector.put_message(ref, WELCOME)

    with pytest.raises(Rejected) as caught:
        await connector.put_message(ref, WELCOME.model_copy(update={"text": "Goodbye, Ada"}))

    assert refused(caught) == (409, "conflict")
    assert await connector.get_message(ref) == message


async def test_a_mailbox_there_is_not_is_pointed_at(connector: Notifications, ref: str) -> None:
    nobody = WELCOME.model_copy(update={"to": "nobody@example.com"})

    with pytest.raises(Rejected) as caught:
        await connector.put_message(ref, nobody)

    assert refused(caught) == (422, "undeliverable")
    assert [error["pointer"] for error in caught.value.document["errors"]] == ["#/to"]
    assert (await connector.get_message(ref)).status == "refused"


async def test_what_never_was_tried_is_missing(connector: Notifications, ref: str) -> None:
    with pytest.raises(Missing):
        await connector.get_message(ref)
