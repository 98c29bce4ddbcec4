"""Ending what nobody waits for any more."""

import asyncio
from typing import Any

AGAIN_SECONDS = 2.5
"""Longer than what ends in order takes: asyncpg gives its goodbye two seconds."""


async def ended(task: asyncio.Future[Any], again: float = AGAIN_SECONDS) -> None:
    """Cancelled until it ends, however it does.

    Once is not enough: `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes just as
    what it waits for is done, and aiomysql connects by it.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=again)
    if not task.cancelled():
        task.exception()  # asyncio wants it looked at, and it is nobody's news
