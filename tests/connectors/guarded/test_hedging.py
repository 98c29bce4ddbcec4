"""A read that takes unusually long is sent a second time, and the first answer wins."""

import asyncio

import pytest
from structlog.testing import capture_logs

from runtime.problems import Unavailable
from tests.connectors.guarded.vendor import (
    FAILS,
    HANGS,
    WELL,
    Behaviour,
    Vendor,
    at_once,
    change,
    guarded,
    outcome,
    read,
)
from tests.virtual_time import now, virtually

FIRST_HANGS = lambda number: HANGS if number == 0 else WELL  # noqa: E731 - a behaviour like the others


@virtually
async def test_the_second_sending_answers_for_the_first() -> None:
    vendor = Vendor(FIRST_HANGS)
    backend, guard = guarded(vendor, hedge_after_ms=50)

    with capture_logs() as lines:
        assert await read(backend) == "ok"

    assert (now(), vendor.began) == (0.05, [0, 0.05])
    assert (vendor.under_way, guard.limiter.in_flight) == (0, 0)
    told = [(line.get("status", line.get("outcome")), line.get("hedge", False)) for line in lines]
    assert told == [(200, True), ("cancelled", False)]


@virtually
async def test_an_answer_in_time_is_all_that_is_sent() -> None:
    vendor = Vendor(Behaviour(seconds=0.04))
    backend, guard = guarded(vendor, hedge_after_ms=50)

    await at_once(10, lambda: read(backend))

    assert (vendor.calls, guard.tally.hedges) == (10, 0)


@virtually
async def test_the_first_may_still_win() -> None:
    vendor = Vendor(lambda number: Behaviour(seconds=0.08) if number == 0 else HANGS)
    backend, _ = guarded(vendor, hedge_after_ms=50)

    assert await read(backend) == "ok"
    assert now() == pytest.approx(0.08)


@virtually
async def test_a_change_is_never_sent_twice_at_a_time() -> None:
    vendor = Vendor(Behaviour(seconds=1))
    backend, _ = guarded(vendor, hedge_after_ms=50)

    await change(backend)
    await outcome(backend.send("put", "PUT", "/x"))

    assert vendor.calls == 2


@virtually
async def test_a_query_by_post_is_a_read_when_it_says_so() -> None:
    vendor = Vendor(FIRST_HANGS)
    backend, _ = guarded(vendor, hedge_after_ms=50)

    assert await outcome(backend.send("query", "POST", "/x", read=True)) == "ok"


@virtually
async def test_second_sendings_are_paid_for_like_retries() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, guard = guarded(vendor, hedge_after_ms=50)

    for _ in range(500):
        await read(backend)

    assert vendor.calls <= 1.2 * 500
    assert guard.tally.hedges == vendor.calls - 500


@virtually
async def test_nothing_is_sent_twice_where_others_would_have_to_wait_for_it() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, _ = guarded(vendor, hedge_after_ms=50, max_concurrency=1)

    await read(backend)

    assert vendor.calls == 1


@virtually
async def test_a_failure_is_no_answer_while_the_other_may_bring_one() -> None:
    slow = {0: Behaviour(500, seconds=0.08), 1: Behaviour(seconds=0.1)}
    vendor = Vendor(lambda number: slow[number])
    backend, _ = guarded(vendor, hedge_after_ms=50)

    assert await read(backend) == "ok"
    assert now() == pytest.approx(0.15)


@virtually
async def test_a_refusal_is_an_answer() -> None:
    vendor = Vendor(lambda number: HANGS if number == 0 else Behaviour(404))
    backend, _ = guarded(vendor, hedge_after_ms=50)

    assert await read(backend) == "missing"
    assert now() == pytest.approx(0.05)


@virtually
async def test_when_both_fail_the_call_is_tried_again_as_ever() -> None:
    slow = Behaviour(500, seconds=0.1)
    vendor = Vendor(lambda number: slow if number < 2 else WELL)
    backend, _ = guarded(vendor, hedge_after_ms=50)

    assert await read(backend) == "ok"
    assert vendor.calls == 3


@virtually
async def test_when_the_caller_goes_both_end() -> None:
    vendor = Vendor(HANGS)
    backend, guard = guarded(vendor, hedge_after_ms=50)
    call = asyncio.ensure_future(read(backend))
    await asyncio.sleep(0.1)
    assert vendor.under_way == 2

    call.cancel()
    await asyncio.wait([call])

    assert (vendor.under_way, guard.limiter.in_flight) == (0, 0)


@virtually
async def test_a_fast_failure_is_not_hedged() -> None:
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, hedge_after_ms=50, retries=0)

    with pytest.raises(Unavailable):
        await backend.send("find", "GET", "/x")

    assert (vendor.calls, guard.tally.hedges) == (1, 0)
