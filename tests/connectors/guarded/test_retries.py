"""Second attempts are made where they are safe and while all calls together can afford them."""

import asyncio
import gc

import pytest
from structlog.testing import capture_logs

from runtime.calls.http import Lost
from runtime.problems import Unavailable
from tests.connectors.guarded.vendor import (
    FAILS,
    WELL,
    Behaviour,
    Vendor,
    at_once,
    change,
    guarded,
    read,
)
from tests.virtual_time import now, virtually

NEVER_OPENS = 100_000


@virtually
async def test_a_backend_that_fails_everything_gets_at_most_a_fifth_more_attempts_than_calls() -> (
    None
):
    vendor = Vendor(FAILS)
    backend, _ = guarded(vendor, minimum_calls=NEVER_OPENS)

    for calls in range(1, 501):
        assert await read(backend) == "backend-error"
        assert vendor.calls <= max(1.2 * calls, calls + 10 + 0.1 * calls)

    assert vendor.calls <= 1.2 * 500


@virtually
async def test_the_same_with_all_of_them_at_once() -> None:
    vendor = Vendor(Behaviour(500, seconds=0.01))
    backend, guard = guarded(vendor, minimum_calls=NEVER_OPENS, max_concurrency=64)

    for _ in range(25):
        await at_once(20, lambda: read(backend))

    assert 500 < vendor.calls <= 600
    assert guard.tally.retries == vendor.calls - 500


@virtually
async def test_a_few_failures_are_tried_again_however_few_calls_there_were() -> None:
    vendor = Vendor(lambda number: FAILS if number < 2 else WELL)
    backend, _ = guarded(vendor)

    assert await read(backend) == "ok"
    assert vendor.calls == 3


@virtually
async def test_what_was_spent_is_earned_again() -> None:
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, minimum_calls=NEVER_OPENS)
    while guard.budget.left >= 1:
        await read(backend)
    vendor.behaves = WELL
    for _ in range(20):
        await read(backend)

    vendor.behaves = lambda number, first=vendor.calls: FAILS if number == first else WELL

    assert await read(backend) == "ok"


@pytest.mark.parametrize(("retries", "attempts"), [(0, 1), (1, 2), (4, 5)])
@virtually
async def test_how_often_one_call_is_tried_again_is_policy(retries: int, attempts: int) -> None:
    vendor = Vendor(FAILS)
    backend, _ = guarded(vendor, retries=retries)

    await read(backend)

    assert vendor.calls == attempts


@virtually
async def test_nothing_is_tried_again_at_a_backend_that_is_left_alone() -> None:
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, minimum_calls=2)

    assert await read(backend) == "backend-error"

    assert vendor.calls == 2  # the second opened it
    assert guard.budget.left == 9


@virtually
async def test_a_refused_second_attempt_does_not_hide_how_the_first_one_ended() -> None:
    """The first may have been acted on; `circuit-open` would say that nothing has happened."""
    vendor = Vendor(lambda number: Behaviour(raises=Lost) if number == 0 else FAILS)
    backend, _ = guarded(vendor, minimum_calls=5)

    told, *others = await asyncio.gather(read(backend), *(change(backend) for _ in range(4)))

    assert told == "connection-lost"
    assert vendor.calls == 5
    assert set(others) == {"backend-error"}


@virtually
async def test_a_wait_that_is_longer_than_the_deadline_is_not_begun() -> None:
    vendor = Vendor(Behaviour(503, headers={"retry-after": "3"}))
    backend, guard = guarded(vendor, timeout=2)

    with pytest.raises(Unavailable) as caught:
        await backend.send("find", "GET", "/x")

    assert (vendor.calls, now()) == (1, 0)
    assert caught.value.document["retryAfter"] == 3
    assert guard.budget.left == 10  # nothing was taken for what was not done


@virtually
async def test_a_wait_that_fits_is_kept() -> None:
    told = Behaviour(429, headers={"retry-after": "3"})
    vendor = Vendor(lambda number: told if number == 0 else WELL)
    backend, _ = guarded(vendor, timeout=5)

    assert await read(backend) == "ok"
    assert vendor.began == [0, 3]


@virtually
async def test_waits_are_never_the_same_twice() -> None:
    vendor = Vendor(FAILS)
    backend, _ = guarded(vendor, retries=1, retry_reserve=100, minimum_calls=NEVER_OPENS)

    await at_once(20, lambda: read(backend))

    seconds = vendor.began[20:]
    assert len(set(seconds)) == 20
    assert max(seconds) < 0.5


@virtually
async def test_an_overloaded_refusal_is_not_tried_again() -> None:
    vendor = Vendor(Behaviour(seconds=1))
    backend, _ = guarded(vendor, max_concurrency=1, queue_ms=0)

    with capture_logs() as lines:
        outcomes = await at_once(3, lambda: read(backend))

    assert outcomes == {"ok": 1, "overloaded": 2}
    assert [line["outcome"] for line in lines if line.get("refused")] == ["overloaded"] * 2


@pytest.mark.parametrize("policy", [{"minimum_calls": 1}, {"retries": 0}], ids=["left alone", "no"])
@virtually
async def test_failing_leaves_nothing_for_the_collector(policy: dict[str, int]) -> None:
    """A hundred objects for each failing call were a pause of 50 ms now and then, for everybody."""
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, **policy)
    while guard.budget.spend():
        pass
    await read(backend)
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            await read(backend)
        assert gc.collect() < 50
    finally:
        gc.enable()
