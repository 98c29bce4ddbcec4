"""Sixteen callers at a time, as a busy service has them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

CALLERS = 16


async def last_of(calls: int, call: Callable[[], Awaitable[Any]]) -> Any:
    """What the last of so many calls gave."""
    left = iter(range(calls))
    last = None

    async def caller() -> None:
        nonlocal last
        for _ in left:
            last = await call()

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return last
