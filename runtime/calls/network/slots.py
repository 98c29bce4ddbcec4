"""How many may do something at a time: a semaphore that costs nothing while nobody waits."""

import asyncio
from collections import deque


class Slots:
    def __init__(self, number: int) -> None:
        self._free = number
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """One, if it is there at once; whoever waits comes first."""
        if self._free == 0 or self._waiting:
            return False
        self._free -= 1
        return True

    async def wait(self) -> None:
        """One, when it is this caller's turn."""
        if self.take():
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove(turn)
            else:  # a turn that came too late to be used is the next one's
                self.free()
            raise

    def free(self) -> None:
        """One is given back."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
