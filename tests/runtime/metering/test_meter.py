"""Calls are counted before they are served, none too many and none lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.context import Identity
from runtime.documents.in_file import FileDocuments
from runtime.documents.store import Change, Documents, T
from runtime.metering.meter import Meter
from runtime.metering.opening import meters, open_meters
from runtime.metering.standing import QuotaExceeded
from runtime.problems import Unavailable
from runtime.settings import Quota, Quotas, Settings, SettingsError
from tests.runtime.conftest import Logged

NOON = datetime(2026, 2, 28, 12, tzinfo=UTC)
ACME, OTHER = Identity("P-1", client="acme"), Identity("P-2", client="other")


class Watched:
    """A store that may be out of order, and counts what is written to it."""

    def __init__(self, inner: Documents) -> None:
        self.inner = inner
        self.away = False
        self.swift = asyncio.Event()
        self.swift.set()
        self.writes = 0
        self.meters: list[Meter] = []

    async def get(self, key: str) -> str | None:
        return await self.inner.get(key)

    async def change(self, key: str, change: Change[T]) -> T:
        if self.away:
            raise Unavailable("away")
        self.writes += 1
        await self.swift.wait()
        return await self.inner.change(key, change)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Watched]:
    inner = FileDocuments(tmp_path / "usage.sqlite")
    watched = Watched(inner)
    yield watched
    for meter in watched.meters:
        await meter.aclose()
    await inner.aclose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def metering(store: Watched, clock: Clock, **default: int) -> Meter:
    quotas = Quotas(default=Quota(**default), clients={"other": Quota(day=1)})
    meter = Meter("experience/partner", quotas, clock)
    meter.documents = store
    store.meters.append(meter)
    return meter


async def granted(meter: Meter, calls: int, identity: Identity = ACME) -> int:
    standings = await asyncio.gather(*(meter.count(identity, "getOrder") for _ in range(calls)))
    return sum(standing.granted for standing in standings)


async def used(meter: Meter, identity: Identity = ACME) -> list[int]:
    """Today, yesterday, this month, last month."""
    return [sum(found.calls.values()) for found in await meter.usage(identity)]


async def test_two_processes_together_grant_what_the_quota_says(
    store: Watched, clock: Clock
) -> None:
    one, two = (metering(store, clock, day=50) for _ in range(2))

    both = await asyncio.gather(*(granted(m, 20) for _ in range(3) for m in (one, two)))

    assert sum(both) == 50
    assert await used(one) == await used(two) == [50, 0, 50, 0]
    assert await granted(two, 1, OTHER) == 1, "another client has a quota of its own"


async def test_calls_that_come_together_are_written_together(store: Watched, clock: Clock) -> None:
    meter = metering(store, clock, day=500)

    assert await granted(meter, 700) == 500
    assert await granted(meter, 100) == 0
    assert store.writes == 1, "what is known to be used up is not asked for again"
    assert await used(meter) == [500, 0, 500, 0]


async def test_a_busy_client_is_written_down_now_and_then(store: Watched, clock: Clock) -> None:
    meter = metering(store, clock, month=100_000)

    for number in range(1, 301):
        standing = await meter.count(ACME, "getOrder")
        assert standing.quotas[0].used == number
    assert store.writes < 100
    assert (await used(meter))[0] == 300, "none is missing for who looks"
    await granted(meter, 50)
    await meter.aclose()
    assert (await used(metering(store, clock)))[0] == 350, "nor after a stop"


async def test_calls_that_come_during_a_write_are_known(
    store: Watched, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.metering.meter.FRESH", 60)  # however slow the machine is
    meter = metering(store, clock, month=100_000)
    await granted(meter, 5)
    store.swift.clear()
    await granted(meter, 3)
    while store.writes < 2:  # noqa: ASYNC110 - those three, on their way
        await asyncio.sleep(0.01)

    for number in range(9, 40):
        assert (await meter.count(ACME, "getOrder")).quotas[0].used == number
        if number == 20:
            store.swift.set()
        if number > 20:
            await asyncio.sleep(0.002)

    clock.at += timedelta(hours=12)
    assert (await granted(meter, 1), await used(meter)) == (1, [1, 39, 1, 39])


async def test_the_last_calls_of_a_quota_are_counted_one_by_one(
    store: Watched, clock: Clock
) -> None:
    one, two = (metering(store, clock, day=900) for _ in range(2))

    both = [await granted(meter, 1) for _ in range(480) for meter in (one, two)]

    assert sum(both) == 900
    assert (await used(one))[0] == 900


async def test_a_day_ends_and_a_month_goes_on(store: Watched, clock: Clock) -> None:
    meter = metering(store, clock, day=2, month=5)

    assert await granted(meter, 3) == 2
    clock.at += timedelta(hours=12)  # the first of March
    assert await granted(meter, 3) == 2
    assert await used(meter) == [2, 2, 2, 2]
    clock.at += timedelta(days=1)
    assert await granted(meter, 3) == 2
    clock.at += timedelta(days=1)
    assert await granted(meter, 3) == 1, "the month's quota"
    assert await used(meter) == [1, 2, 5, 2]


async def test_what_is_left_is_told_in_the_fields_of_the_draft(
    store: Watched, clock: Clock
) -> None:
    meter = metering(store, clock, day=2, month=5)

    fields = dict((await meter.count(ACME, "getOrder")).fields())
    await meter.count(ACME, "getOrder")
    refused = await meter.count(ACME, "getOrder")

    assert fields[b"ratelimit-policy"] == b'"day";q=2;w=86400, "month";q=5;w=2419200'
    assert fields[b"ratelimit"] == b'"day";r=1;t=43200, "month";r=4;t=43200'
    assert dict(refused.fields())[b"ratelimit"] == b'"day";r=0;t=43200, "month";r=3;t=43200'
    clock.at += timedelta(seconds=0.5)
    with pytest.raises(QuotaExceeded) as caught:
        (await meter.count(ACME, "getOrder")).require()
    assert (caught.value.code, caught.value.document["retryAfter"]) == (429, 43200)


async def test_a_store_out_of_order_refuses_nobody_and_loses_nothing(
    store: Watched, clock: Clock, logged: Logged
) -> None:
    meter = metering(store, clock, day=10)
    assert await granted(meter, 4) == 4
    store.away = True

    standing = await meter.count(ACME, "getOrder")
    assert (standing.granted, standing.fields()) == (True, ())
    assert await granted(meter, 2) == 2
    assert {line["event"] for line in logged()} == {"calls_not_counted_yet"}

    store.away = False
    clock.at += timedelta(hours=13)  # they are of the day before
    assert await granted(meter, 1) == 1
    assert await used(meter) == [1, 7, 1, 7]


async def test_quotas_of_what_is_not_metered_stop_the_start(settings: Settings) -> None:
    misspelt = settings.model_copy(update={"quotas": {"experience/parnter": Quotas()}})

    with pytest.raises(SettingsError) as caught:
        meters([], misspelt)

    assert caught.value.faults[0].startswith("quotas.experience/parnter: ")
    async with AsyncExitStack() as stack:
        await open_meters({}, settings, stack)
    assert not (settings.data_dir / "usage.sqlite").exists()
