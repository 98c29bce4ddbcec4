"""A read without an answer after a while is sent a second time; the first answer wins.

It trims the tail that one slow replica or one lost packet makes. Only for reads, whose second
sending nobody notices.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from runtime.problems import Unavailable

T = TypeVar("T")

Sending = Callable[[bool], Awaitable[T]]
"""One attempt; told whether it is the second."""


async def hedged(send: Sending[T], after: float, spare: Callable[[], bool]) -> T:
    """What the first answer says, be it a refusal; `after` seconds, and if there is one to `spare`.

    Raises what the first sending raised when neither had an answer. The loser is cancelled.
    """
    sendings = [asyncio.ensure_future(send(False))]
    try:
        await asyncio.wait(sendings, timeout=after)
        if not sendings[0].done() and spare():
            sendings.append(asyncio.ensure_future(send(True)))
        return await _first_answer(sendings)
    finally:
        for sending in sendings:
            sending.cancel()
        await asyncio.gather(*sendings, return_exceptions=True)


async def _first_answer(sendings: Sequence[asyncio.Future[T]]) -> T:
    pending = set(sendings)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for sending in done:
            if not isinstance(sending.exception(), Unavailable):
                return sending.result()
    return sendings[0].result()
