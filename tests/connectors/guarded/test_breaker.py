"""A backend that fails, or is slow, is left alone, and asked again a few calls at a time."""

import asyncio

import pytest
from structlog.testing import capture_logs

from runtime.calls.http import Lost, TooLarge, Unreached
from runtime.context import Context, entered
from runtime.problems import Unavailable
from runtime.resilience.breaker import State
from runtime.resilience.guard import Force
from tests.connectors.guarded.vendor import (
    FAILS,
    HANGS,
    WELL,
    Behaviour,
    Vendor,
    at_once,
    change,
    changes,
    guarded,
)
from tests.connectors.protocols.http.vendor import NO_WIRING
from tests.virtual_time import now, virtually


@virtually
async def test_a_backend_that_fails_every_other_call_is_left_alone() -> None:
    vendor = Vendor(lambda number: FAILS if number % 2 else WELL)
    backend, _ = guarded(vendor, minimum_calls=20)

    outcomes = await changes(backend, 100)

    assert outcomes == {"ok": 10, "backend-error": 10, "circuit-open": 80}
    assert vendor.calls == 20


@virtually
async def test_a_backend_that_is_slow_is_left_alone() -> None:
    vendor = Vendor(Behaviour(seconds=0.3))
    backend, _ = guarded(vendor, slow_ms=200, slow_rate=0.8, minimum_calls=20)

    outcomes = await at_once(20, lambda: change(backend))

    assert outcomes == {"ok": 20}
    assert await change(backend) == "circuit-open"


@virtually
async def test_a_few_failures_are_no_rate() -> None:
    vendor = Vendor(FAILS)
    backend, _ = guarded(vendor, minimum_calls=20)

    assert await changes(backend, 19) == {"backend-error": 19}
    assert await changes(backend, 2) == {"backend-error": 1, "circuit-open": 1}


@virtually
async def test_a_stall_of_our_own_is_no_outage() -> None:
    """All calls under way in one bad moment fail together, however many they are."""
    vendor = Vendor(lambda number: HANGS if number < 20 else WELL)
    backend, guard = guarded(vendor, timeout=1, minimum_calls=20, minimum_seconds=1)

    assert await at_once(20, lambda: change(backend)) == {"no-answer": 20}

    assert await changes(backend, 100, every=0.1) == {"ok": 100}
    vendor.behaves = FAILS
    await changes(backend, 200, every=0.1)
    assert guard.breaker.state is State.OPEN


@virtually
async def test_failures_of_long_ago_are_forgotten() -> None:
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, minimum_calls=20, window_seconds=10)

    outcomes = await changes(backend, 60, every=1)

    assert outcomes == {"backend-error": 60}  # never 20 of them within ten seconds
    assert guard.breaker.rates(now() + 20) == (0, 0)


FAILURES = {
    "a server error": Behaviour(500),
    "busy or unwell, it does not say": Behaviour(503),
    "not reached": Behaviour(raises=Unreached),
    "a broken connection": Behaviour(raises=Lost),
    "silence": HANGS,
    "an endless answer": Behaviour(raises=TooLarge),
    "a redirect": Behaviour(302),
}


@pytest.mark.parametrize("failure", FAILURES)
@virtually
async def test_it_counts_as_a_failure(failure: str) -> None:
    backend, _ = guarded(Vendor(FAILURES[failure]), timeout=0.5, minimum_calls=5, retries=0)

    outcomes = await changes(backend, 10)

    assert outcomes["circuit-open"] == 5


@virtually
async def test_answers_that_cannot_be_read_count_as_failures() -> None:
    backend, _ = guarded(Vendor(Behaviour(body=b"<html>Back soon</html>")), minimum_calls=5)
    for _ in range(5):
        reply = await backend.send("find", "GET", "/x")
        with pytest.raises(Unavailable):
            backend.read(reply, lambda told: told["a"])

    assert await change(backend) == "circuit-open"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429])
@virtually
async def test_whoever_can_refuse_is_not_unwell(status: int) -> None:
    backend, guard = guarded(Vendor(Behaviour(status)), minimum_calls=5)

    outcomes = await changes(backend, 50)

    assert "circuit-open" not in outcomes
    assert guard.breaker.rates(now()) == (0, 0)


@virtually
async def test_a_caller_with_little_time_makes_nobody_unwell() -> None:
    """Else whoever asks for ten milliseconds could shut a backend for everybody."""
    backend, guard = guarded(Vendor(Behaviour(seconds=0.1)), timeout=2, minimum_calls=5)

    for _ in range(50):
        hurried = Context("system/x", NO_WIRING, "r", "ab" * 16, now() + 0.05)
        with entered(hurried):
            assert await change(backend) == "no-answer"

    assert await change(backend) == "ok"
    assert guard.limiter.limit >= 20


@virtually
async def test_who_is_refused_learns_when_to_come_again_and_nothing_is_sent() -> None:
    vendor = Vendor(FAILS)
    backend, _ = guarded(vendor, minimum_calls=5, open_seconds=8)
    await changes(backend, 5, every=0)
    await asyncio.sleep(2.5)

    with capture_logs() as lines, pytest.raises(Unavailable) as caught:
        await backend.send("find", "GET", "/x")

    assert (caught.value.code, caught.value.slug) == (503, "circuit-open")
    assert caught.value.document["retryAfter"] == 6
    assert vendor.calls == 5
    [line] = lines
    assert (line["outcome"], line["refused"], line["attempt"]) == ("circuit-open", True, 1)


@virtually
async def test_of_fifty_callers_of_a_half_open_breaker_only_the_probes_get_through() -> None:
    vendor = Vendor(lambda number: FAILS if number < 5 else Behaviour(seconds=0.5))
    backend, _ = guarded(vendor, minimum_calls=5, open_seconds=5, probes=3)
    await changes(backend, 5, every=0)
    await asyncio.sleep(5)

    outcomes = await at_once(50, lambda: change(backend))

    assert outcomes == {"ok": 3, "circuit-open": 47}
    assert vendor.calls == 8


@virtually
async def test_who_was_waiting_for_a_turn_when_it_opened_is_refused_too() -> None:
    vendor = Vendor(Behaviour(500, seconds=0.1))
    backend, guard = guarded(vendor, minimum_calls=5, max_concurrency=5, queue_ms=5000)

    outcomes = await at_once(50, lambda: change(backend))

    assert outcomes == {"backend-error": 5, "circuit-open": 45}
    assert (vendor.calls, guard.limiter.in_flight) == (5, 0)


@virtually
async def test_probes_that_succeed_close_it() -> None:
    vendor = Vendor(lambda number: FAILS if number < 5 else WELL)
    backend, _ = guarded(vendor, minimum_calls=5, open_seconds=5, probes=3)
    await changes(backend, 5, every=0)
    await asyncio.sleep(5)

    assert await changes(backend, 100) == {"ok": 100}


@virtually
async def test_probes_that_fail_are_followed_by_a_longer_pause() -> None:
    vendor = Vendor(FAILS)
    backend, _ = guarded(vendor, minimum_calls=5, open_seconds=5, probes=1)

    await changes(backend, 2000, every=0.1)

    pauses = [round(b - a) for a, b in zip(vendor.began[4:], vendor.began[5:], strict=False)]
    assert pauses == [5, 10, 20, 40, 60, 60]


@virtually
async def test_probes_that_are_slow_leave_it_open() -> None:
    vendor = Vendor(lambda number: FAILS if number < 5 else Behaviour(seconds=1))
    backend, guard = guarded(vendor, minimum_calls=5, open_seconds=5, slow_ms=500, probes=3)
    await changes(backend, 5, every=0)
    await asyncio.sleep(5)

    await at_once(3, lambda: change(backend))

    assert guard.breaker.state is State.OPEN


@virtually
async def test_a_cancelled_probe_makes_room_for_another() -> None:
    vendor = Vendor(lambda number: FAILS if number < 5 else HANGS if number == 5 else WELL)
    backend, _ = guarded(vendor, minimum_calls=5, open_seconds=5, probes=1)
    await changes(backend, 5, every=0)
    await asyncio.sleep(5)
    probe = asyncio.ensure_future(change(backend))
    await asyncio.sleep(0.1)
    assert await change(backend) == "circuit-open"

    probe.cancel()
    await asyncio.wait([probe])

    assert await change(backend) == "ok"


@virtually
async def test_what_began_before_it_opened_decides_nothing_after() -> None:
    late = Behaviour(500, seconds=6)
    vendor = Vendor(lambda number: late if number < 3 else FAILS if number < 8 else WELL)
    backend, guard = guarded(vendor, timeout=10, minimum_calls=5, open_seconds=5, probes=3)
    early = [asyncio.ensure_future(change(backend)) for _ in range(3)]
    await asyncio.sleep(0)
    await changes(backend, 5, every=0)
    await asyncio.sleep(5.5)
    assert await change(backend) == "ok"

    await asyncio.wait(early)

    assert guard.breaker.state == "half-open"
    assert await changes(backend, 2) == {"ok": 2}
    assert guard.breaker.state == "closed"


@virtually
async def test_an_operator_holds_it_open_and_nothing_touches_the_network() -> None:
    vendor = Vendor()
    backend, guard = guarded(vendor, open_seconds=1)
    guard.order(Force(State.OPEN, "maintenance", "operations", 0))

    assert await changes(backend, 20, every=10) == {"circuit-open": 20}
    assert vendor.calls == 0
    guard.order(None)
    assert await change(backend) == "ok"


@virtually
async def test_an_operator_holds_it_closed_however_much_fails() -> None:
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, minimum_calls=5)
    guard.order(Force(State.CLOSED, "we have to", "operations", 0))

    assert await changes(backend, 100) == {"backend-error": 100}
    guard.order(None)
    assert (await changes(backend, 20))["circuit-open"] == 15


@virtually
async def test_each_change_is_logged() -> None:
    vendor = Vendor(lambda number: FAILS if number < 5 else WELL)
    backend, _ = guarded(vendor, minimum_calls=5, open_seconds=5, probes=1)

    with capture_logs() as lines:
        await changes(backend, 5, every=0)
        await asyncio.sleep(5)
        await change(backend)

    changed = [(line["before"], line["state"]) for line in lines if line["event"] == "breaker"]
    assert changed == [("closed", "open"), ("open", "half-open"), ("half-open", "closed")]
    assert [line["failing"] for line in lines if line["event"] == "breaker"] == [1, 0, 0]


@virtually
async def test_a_vendors_endpoints_fail_apart_from_each_other() -> None:
    vendor = Vendor(FAILS)
    backend, guard = guarded(vendor, minimum_calls=5)
    await changes(backend, 5)

    login = guard.at("login")

    assert login.name == "erp/login"
    assert login is guard.at("login")
    assert (login.breaker.state, guard.breaker.state) == (State.CLOSED, State.OPEN)
