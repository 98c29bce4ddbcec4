"""A replica is alive as long as it holds its lease, and knows when it does not."""

import time

import pytest

from runtime.flows.replicated.lease import SILENCE, Lease, LeaseLost


async def test_a_lease_is_taken_over_from_nobody_who_lives(postgresql: str) -> None:
    url = postgresql.format("postgres")
    one, other = Lease(url, "test:1:one"), Lease(url, "test:1:other")
    assert await one.take()
    assert await other.take()
    alive = await other.take_over(one.executor)
    await one.aclose()
    dead = await other.take_over(one.executor)
    back = await Lease(url, "test:1:one").take()
    await other.aclose()
    assert (alive, dead, back) == (False, True, False)


async def test_who_was_silent_too_long_has_lost_it_and_knows(postgresql: str) -> None:
    url = postgresql.format("postgres")
    frozen, other = Lease(url, "test:2:frozen"), Lease(url, "test:2:other")
    assert await frozen.take()
    time.sleep(SILENCE + 1.5)  # noqa: ASYNC251 - the whole process stands still
    with pytest.raises(LeaseLost):  # before anything tells it that its session has ended
        await frozen.ask("select 1")
    assert not frozen.held
    assert await other.take()
    assert await other.take_over(frozen.executor)
    await other.let_go(frozen.executor)
    assert await frozen.take()
    assert await frozen.ask("select 2") == 2
    await frozen.aclose()
    await other.aclose()
