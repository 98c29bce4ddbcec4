"""How many calls a backend gets at a time: found out by AIMD, with a short queue before it.

Additive increase while calls end soon, multiplicative decrease when they end late: as TCP does, and
for the same reason. Without a limit, a backend with half as many calls again as it can serve answers
nobody in time: all its work is for callers who have gone (bench/overload.py measures that).
"""

import asyncio
import math
from collections import deque

from runtime.problems import Unavailable
from runtime.resilience.refusals import overloaded

START = 20
"""The limit to begin with, also after an outage: a backend that comes back is not overrun."""

MOST_WAITING = 1000
"""While it is not known yet what a call takes; after that it is the expected wait that counts."""

LOWERED = 0.9

RECENT = 0.1
"""The weight of the latest call in the usual time of one."""


class Limiter:
    """`least` and `most` are the limit's own limits; `queue` is the longest wait for a turn, in seconds."""

    def __init__(self, name: str, *, least: int, most: int, queue: float) -> None:
        self.name = name
        self.least = least
        self.most = most
        self.limit = float(max(least, min(START, most)))
        self.in_flight = 0
        self.usual = 0.0
        """Seconds a call takes, lately."""
        self._queue = queue
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._lowered_at = -math.inf
        self._ramping = True

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def spare(self) -> bool:
        """Whether there is a turn at once."""
        return not self._waiting and self.in_flight + 1 <= self.limit

    def take(self) -> bool:
        """A turn, if it is there at once."""
        if not self.spare:
            return False
        self.in_flight += 1
        return True

    async def wait(self, remaining: float) -> None:
        """A turn, when it comes in time for a call that has `remaining` seconds. Raises Unavailable."""
        expected = (len(self._waiting) + 1) * self.usual / self.limit
        patience = min(self._queue, remaining - self.usual)
        if expected > patience or patience <= 0 or len(self._waiting) >= MOST_WAITING:
            raise self._refusal()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait([turn], timeout=patience)
        except asyncio.CancelledError:
            self._give_up(turn)
            raise
        if not turn.done():
            self._give_up(turn)
            raise self._refusal()

    def release(self, began: float, now: float, *, answered: bool, congested: bool) -> None:
        """A call has ended. One that failed at once says nothing of how many there may be."""
        if congested:
            self._lower(began, now)
        elif answered:
            self.usual += RECENT * (now - began - self.usual)
            if self.in_flight * 2 > self.limit:  # a limit that nobody reached is not confirmed
                self._raise()
        self.in_flight -= 1
        self._serve()

    def ramp(self) -> None:
        """Begin again from below."""
        self.limit = max(self.least, min(self.limit, START))
        self._ramping = True

    def _raise(self) -> None:
        """By one for as many calls as there may be at a time, and faster before the first trouble."""
        step = 1 / (math.sqrt(self.limit) if self._ramping else self.limit)
        self.limit = min(float(self.most), self.limit + step)

    def _lower(self, began: float, now: float) -> None:
        """Once for all calls that were under way together: they tell of the same trouble."""
        if began > self._lowered_at:
            self.limit = max(self.least, self.limit * LOWERED)
            self._lowered_at = now
            self._ramping = False

    def _serve(self) -> None:
        while self._waiting and self.in_flight + 1 <= self.limit:
            turn = self._waiting.popleft()
            self.in_flight += 1
            turn.set_result(None)

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        """A turn that came too late to be used is the next one's."""
        if turn.done():
            self.in_flight -= 1
            self._serve()
        else:
            self._waiting.remove(turn)

    def _refusal(self) -> Unavailable:
        return overloaded(self.name, self.usual)
