"""What a person sees on standard error; standard output is for the one line of JSON."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


@contextmanager
def stage(text: str) -> Iterator[None]:
    """`text …` while it lasts, the seconds when it is done."""
    started = time.monotonic()
    sys.stderr.write(f"{text} … ")
    sys.stderr.flush()
    try:
        yield
    except BaseException:
        say("not finished")
        raise
    say(f"{time.monotonic() - started:.1f} s")
