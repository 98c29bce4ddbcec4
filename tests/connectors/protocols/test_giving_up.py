"""What is given up ends, however it takes its cancellation."""

import asyncio
from contextlib import suppress

from connectors.protocols.giving_up import ended


async def test_what_swallows_a_cancellation_is_told_again() -> None:
    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await ended(task, again=0.01)

    assert task.cancelled()


async def test_what_it_raises_at_last_is_nobodys_news() -> None:
    async def angry() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("not now")

    task = asyncio.create_task(angry())
    await asyncio.sleep(0)

    await ended(task)

    assert isinstance(task.exception(), ValueError)
