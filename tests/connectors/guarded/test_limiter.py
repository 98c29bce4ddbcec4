"""How many calls a backend gets at a time, who waits, and who is told at once that it is too much."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.context import Context, entered
from runtime.problems import Unavailable
from runtime.resilience.guard import Guard
from runtime.resilience.policy import LENIENT, Policy
from tests.connectors.guarded.vendor import (
    HANGS,
    WELL,
    Behaviour,
    Vendor,
    at_once,
    change,
    changes,
    guarded,
    outcome,
    read,
)
from tests.connectors.protocols.http.vendor import NO_WIRING
from tests.virtual_time import now, virtually

CAPACITY = 200
"""Requests a second."""


class Capacity(Vendor):
    """Serves one request after the other, those of callers who have gone too."""

    def __init__(self) -> None:
        super().__init__(self._queued)
        self._free_at = 0.0

    def _queued(self, _number: int) -> Behaviour:
        self._free_at = max(now(), self._free_at) + 1 / CAPACITY
        return Behaviour(seconds=self._free_at - now() + 0.04)


async def offered(backend: HttpBackend, rate: float, seconds: float) -> list[tuple[float, str]]:
    """When each call ended, and how."""

    async def one(delay: float) -> tuple[float, str]:
        await asyncio.sleep(delay)
        told = await read(backend)
        return now(), told

    return await asyncio.gather(*(one(n / rate) for n in range(int(rate * seconds))))


def goodput(ended: list[tuple[float, str]], since: float, until: float) -> float:
    """As a share of the capacity."""
    answers = [at for at, told in ended if told == "ok" and since <= at < until]
    return len(answers) / (until - since) / CAPACITY


@virtually
async def test_half_as_much_again_as_it_can_serve_leaves_it_serving_all_it_can() -> None:
    backend, guard = guarded(Capacity(), timeout=0.5, slow_ms=200, max_concurrency=1000)

    ended = await offered(backend, 1.5 * CAPACITY, 10)

    assert goodput(ended, 1, 10) > 0.97
    assert Counter(told for _, told in ended).keys() == {"ok", "overloaded"}
    assert guard.limiter.limit < 60


@virtually
async def test_without_a_limiter_it_would_serve_nobody() -> None:
    guard = Guard("erp", LENIENT, clock=asyncio.get_running_loop().time)
    backend = HttpBackend("erp", "http://erp.test", Reach(Capacity(), guard=guard), timeout=0.5)

    ended = await offered(backend, 1.5 * CAPACITY, 5)

    assert goodput(ended, 3, 5) == 0


@virtually
async def test_a_backend_that_can_do_more_gets_more() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, guard = guarded(vendor, max_concurrency=100)

    ended = await offered(backend, 600, 6)  # 60 at a time

    assert {told for at, told in ended if at > 4} == {"ok"}
    assert 60 <= vendor.most_under_way <= guard.limiter.limit <= 100


@virtually
async def test_a_limit_nobody_reaches_does_not_grow() -> None:
    backend, guard = guarded(Vendor(Behaviour(seconds=0.1)))

    await offered(backend, 50, 10)  # five at a time

    assert guard.limiter.limit == 20


@virtually
async def test_there_are_never_more_under_way_than_the_most() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, _ = guarded(vendor, max_concurrency=5, queue_ms=10_000)

    assert await at_once(50, lambda: change(backend)) == {"ok": 50}
    assert vendor.most_under_way == 5


@virtually
async def test_who_says_that_it_is_too_much_gets_less() -> None:
    busy = Vendor(lambda number: Behaviour(429) if number % 10 == 9 else WELL)
    backend, guard = guarded(busy)

    await changes(backend, 100)

    assert guard.limiter.limit < 10


@virtually
async def test_calls_that_were_under_way_together_lower_the_limit_once() -> None:
    backend, guard = guarded(Vendor(HANGS), timeout=1)

    await at_once(20, lambda: change(backend))

    assert guard.limiter.limit == pytest.approx(18)


@virtually
async def test_failures_do_not_raise_the_limit() -> None:
    backend, guard = guarded(Vendor(Behaviour(500, seconds=0.1)), minimum_calls=10_000)

    await at_once(20, lambda: change(backend))

    assert guard.limiter.limit == 20


@virtually
async def test_the_limit_is_fixed_where_the_least_is_the_most() -> None:
    vendor = Vendor(Behaviour(429, seconds=0.1))
    backend, guard = guarded(vendor, min_concurrency=3, max_concurrency=3, queue_ms=0)

    outcomes = await at_once(10, lambda: change(backend))

    assert outcomes == {"unavailable": 3, "overloaded": 7}
    assert guard.limiter.limit == 3


@virtually
async def test_a_short_wait_is_waited_and_a_long_one_refused_at_once() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, _ = guarded(vendor, max_concurrency=1, queue_ms=250)
    for _ in range(60):
        await change(backend)  # so that it is known what a call takes

    async def timed() -> tuple[str, float]:
        began = now()
        return await change(backend), round(now() - began, 2)

    ended = await asyncio.gather(*(timed() for _ in range(5)))

    assert ended == [("ok", 0.1), ("ok", 0.2), ("ok", 0.3), ("overloaded", 0), ("overloaded", 0)]


@virtually
async def test_who_cannot_be_served_before_its_deadline_is_refused_at_once() -> None:
    backend, _ = guarded(Vendor(Behaviour(seconds=0.1)), max_concurrency=1, queue_ms=1000)
    for _ in range(60):
        await change(backend)  # so that it is known what a call takes
    first = asyncio.ensure_future(change(backend))
    await asyncio.sleep(0)

    hurried = Context("system/x", NO_WIRING, "r", "ab" * 16, now() + 0.15)
    began = now()
    with entered(hurried), pytest.raises(Unavailable) as caught:
        await backend.send("change", "POST", "/x")

    assert (caught.value.slug, now()) == ("overloaded", began)
    assert caught.value.document["retryAfter"] == 1
    assert await first == "ok"


@virtually
async def test_an_attempt_has_the_time_that_is_left_after_waiting() -> None:
    waits: list[float] = []
    vendor = Vendor(Behaviour(seconds=0.1))

    async def sender(request: object, /, *, timeout: float) -> object:
        waits.append(round(timeout, 2))
        return await vendor(request, timeout=timeout)  # type: ignore[arg-type]

    guard = Guard(
        "erp", Policy(max_concurrency=1, queue_ms=500), clock=asyncio.get_running_loop().time
    )
    reach = Reach(sender, guard=guard)  # type: ignore[arg-type]
    backend = HttpBackend("erp", "http://erp.test", reach, timeout=1)

    await at_once(3, lambda: change(backend))

    assert waits == [1, 0.9, 0.8]


@virtually
async def test_who_goes_while_waiting_takes_nobodys_turn() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, guard = guarded(vendor, max_concurrency=1, queue_ms=10_000)
    calls = [asyncio.ensure_future(change(backend)) for _ in range(4)]
    await asyncio.sleep(0.05)

    calls[1].cancel()
    await asyncio.sleep(0.049999)
    calls[2].cancel()  # in the very moment its turn comes
    await asyncio.wait(calls)

    assert calls[0].result() == calls[3].result() == "ok"
    assert (guard.limiter.in_flight, guard.limiter.waiting) == (0, 0)


@virtually
async def test_a_turn_given_to_somebody_who_has_just_gone_is_the_next_ones() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, guard = guarded(vendor, max_concurrency=1, queue_ms=10_000)
    first, gone, last = (asyncio.ensure_future(change(backend)) for _ in range(3))
    first.add_done_callback(lambda _: gone.cancel())

    await asyncio.wait([first, gone, last])

    assert gone.cancelled()
    assert last.result() == "ok"
    assert (guard.limiter.in_flight, guard.limiter.waiting) == (0, 0)


@virtually
async def test_after_an_outage_it_begins_with_a_low_limit() -> None:
    vendor = Vendor(Behaviour(seconds=0.1))
    backend, guard = guarded(vendor, minimum_calls=10, open_seconds=5, max_concurrency=200)
    await offered(backend, 450, 4)
    assert guard.limiter.limit > 40
    vendor.behaves = Behaviour(500)
    while await change(backend) != "circuit-open":
        pass
    vendor.behaves = WELL
    await asyncio.sleep(5)

    while guard.breaker.state != "closed":
        await change(backend)

    assert guard.limiter.limit == 20


@virtually
async def test_a_hanging_backend_holds_up_nobody_elses_callers() -> None:
    hanging, _ = guarded(Vendor(HANGS), timeout=1)
    well, _ = guarded(Vendor(Behaviour(seconds=0.04)), timeout=1)

    _, alongside = await asyncio.gather(offered(hanging, 200, 5), offered(well, 200, 5))

    ends = sorted(at for at, told in alongside if told == "ok")
    assert len(ends) == 1000
    assert all(b - a == pytest.approx(1 / 200, abs=1e-6) for a, b in pairwise(ends))


@virtually
async def test_a_connector_on_its_own_refuses_nothing() -> None:
    vendor = Vendor(Behaviour(500, seconds=0.1))
    backend = HttpBackend("erp", "http://erp.test", Reach(vendor))

    outcomes = Counter(
        await asyncio.gather(*(outcome(backend.send("change", "POST", "/x")) for _ in range(500)))
    )

    assert outcomes == {"backend-error": 500}
    assert vendor.most_under_way == 500
