"""The figures of bench/overload in small, at real servers; the exact ones are beside this file, in
virtual time."""

from bench.overload import attempts, isolation
from bench.overload.goodput import POLICY, goodput


async def test_at_half_as_much_again_as_it_can_serve_goodput_stays() -> None:
    assert await goodput(POLICY, seconds=2) >= 0.9


async def test_a_backend_that_fails_or_hangs_is_not_noticed_at_another() -> None:
    """By most callers: the slowest hundredth of so few is this machine's mood."""
    ratios = await isolation.ratios_of(0.9, seconds=0.8, rounds=2)

    assert all(min(found) <= 1.2 for found in ratios.values())


async def test_a_backend_that_fails_everything_gets_few_retries() -> None:
    measured = await attempts.measure()

    assert 1 < measured["attempts_per_call"] <= 1.2
    assert measured["attempts_per_call_behind_a_breaker"] < 0.5
