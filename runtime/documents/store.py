"""The port of a collection of documents."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

Change = Callable[[str | None], tuple[str, T]]
"""Of a document, None while there is none: what becomes of it, and what the caller is to know. It may
be called again when somebody else was faster, in any thread, so it does nothing else."""


class Documents(Protocol):
    """Everything raises Unavailable while the store cannot be reached, read or written."""

    async def get(self, key: str) -> str | None: ...

    async def change(self, key: str, change: Change[T]) -> T:
        """Durable when it returns; of two at once, the second changes what the first has made.
        What `change` raises changes nothing."""
        ...
