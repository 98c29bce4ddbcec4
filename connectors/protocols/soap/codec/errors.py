"""Why a message is not as the schema says, by path: what is expected, never what is there."""

from collections.abc import Iterator
from contextlib import contextmanager


class Wrong(Exception):
    """Something expected that is not there, on the way up to the message: each level adds its own
    name to the path."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.path: list[str] = []

    def __str__(self) -> str:
        where = "/".join(reversed(self.path)).replace("/[", "[") or "the message"
        return f"{where}: expected {self.expected}"


@contextmanager
def within(*steps: str) -> Iterator[None]:
    """Steps of a path, the outer first; `[2]` is the second of a list."""
    try:
        yield
    except Wrong as wrong:
        wrong.path += reversed(steps)
        raise
