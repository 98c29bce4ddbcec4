"""How old what peers answer is: an answer that was kept says so with Age (RFC 9111, section 5.1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from runtime.calls.http import Headers

AGE = b"age"


@dataclass(slots=True)
class Oldest:
    """`seconds`: 0 while all that was answered is of now."""

    seconds: int = 0


_noted: ContextVar[Oldest | None] = ContextVar("strata_oldest", default=None)


@contextmanager
def oldest() -> Iterator[Oldest]:
    """Notes the oldest of the answers had inside, by tasks begun there too."""
    noted = Oldest()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def note(headers: Headers) -> None:
    noted = _noted.get()
    if noted is None:
        return
    for name, value in headers:
        if name == AGE and value.isdigit():
            noted.seconds = max(noted.seconds, int(value))
