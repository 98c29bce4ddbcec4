"""An owner's subscriptions are one document: what holds of all of them holds whoever comes at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.models.canonical import NewSubscription
from process_apis.events.addresses import Addresses
from process_apis.events.register import MOST, Register
from process_apis.events.subscription import OVERLAP
from runtime.access.sealing import Seal
from runtime.context import Identity
from runtime.documents.in_file import FileDocuments
from runtime.problems import Missing, Rejected

NORTH, SOUTH = Identity("P-1"), Identity("P-2")
WANTED = NewSubscription(url="https://partner.example/", event_types=["order.placed"])


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def register(tmp_path: Path, clock: Clock) -> AsyncIterator[Register]:
    documents = FileDocuments(tmp_path / "subscriptions.sqlite")
    yield Register(documents, Addresses(), Seal([bytes(32)]), clock)
    await documents.aclose()


async def test_there_are_never_too_many(register: Register) -> None:
    made = await asyncio.gather(
        *(register.create(NORTH, f"sub_{n}", WANTED) for n in range(MOST + 5)),
        return_exceptions=True,
    )

    refused = [one for one in made if isinstance(one, Rejected)]
    assert [one.slug for one in refused] == ["too-many-subscriptions"] * 5
    assert len(await register.all(NORTH)) == MOST
    _, again = await register.create(NORTH, "sub_0", WANTED)
    assert again is None, "it is one of them"
    assert (await register.create(SOUTH, "sub_0", WANTED))[1] is not None
    await register.delete(NORTH, "sub_0")
    await register.create(NORTH, "sub_99", WANTED)


async def test_one_owners_are_nobody_elses_of_another_tenant_either(register: Register) -> None:
    await register.create(NORTH, "sub_0", WANTED)

    for other in (SOUTH, Identity("P-1", tenant="another")):
        assert await register.all(other) == []
        with pytest.raises(Missing):
            await register.rotate(other, "sub_0")


async def test_a_message_is_signed_with_the_secret_before_for_a_day(
    register: Register, clock: Clock, tmp_path: Path
) -> None:
    _, first = await register.create(NORTH, "sub_0", WANTED)
    clock.at += timedelta(days=30)
    rotated, second = await register.rotate(NORTH, "sub_0")
    assert first is not None

    assert register.signing(rotated) == [second, first]
    clock.at += OVERLAP
    assert register.signing(await register.get(NORTH, "sub_0")) == [second]
    rotated, third = await register.rotate(NORTH, "sub_0")
    assert register.signing(rotated) == [third, second]
    kept = stored(tmp_path)
    assert b"sub_0" in kept
    assert not [secret for secret in (first, second, third) if secret.encode() in kept]


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("subscriptions.sqlite*"))


async def test_where_nobody_may_be_told_nothing_is_kept(register: Register) -> None:
    inside = NewSubscription(url="https://169.254.169.254/", event_types=["order.placed"])
    await register.create(NORTH, "sub_0", WANTED)

    for attempt in (register.create(NORTH, "sub_1", inside), register.put(NORTH, "sub_0", inside)):
        with pytest.raises(Rejected):
            await attempt
    assert [one.wanted for one in await register.all(NORTH)] == [WANTED]
