"""Who plays the flow, one module each: `opened(place)` gives a Contender."""

from typing import Protocol

from bench.flows.order import Order, Placed


class Contender(Protocol):
    async def play(self, order: Order) -> Placed:
        """Once it is durable that the flow has ended, if anything is."""
        ...

    def written(self) -> dict[str, int]:
        """What it has written since it was opened, as far as it can be counted."""
        ...
