"""Steps for flows under test: they write down that they were called, and fail as they are told."""

import asyncio
from collections.abc import Awaitable, Callable

from runtime.context import current

Do = Callable[[str], Awaitable[str]]


class Calls(list[str]):
    """The names of steps and undos in the order they were called, and their idempotency keys."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str | None] = []
        self._more = asyncio.Event()

    def called(self, name: str) -> None:
        self.append(name)
        self._more.set()

    async def until(self, name: str) -> None:
        """Wait until it is called, 2 seconds at most."""
        async with asyncio.timeout(2):
            while name not in self:
                self._more.clear()
                await self._more.wait()

    def step(self, name: str, *failures: Exception | None) -> Do:
        """A step of that name; each failure is for one call, the last for all that follow."""
        left = list(failures)

        async def do(thing: str) -> str:
            self.called(name)
            self.keys.append(current().idempotency_key)
            failure = (left.pop(0) if len(left) > 1 else left[0]) if left else None
            if failure is not None:
                raise failure
            return f"{name} {thing}"

        do.__name__ = name
        return do
