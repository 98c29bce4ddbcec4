"""When a process ends: at a write of its journal, or while a backend works for it."""

import os
import re
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runtime.sqlite.writer import commit

Moment = Literal["before", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "after")


@dataclass(frozen=True, slots=True)
class AtWrite:
    """Just before or just after the n-th commit of a life."""

    moment: Moment
    nth: int

    def __str__(self) -> str:
        return f"{self.moment} write {self.nth}"


@dataclass(frozen=True, slots=True)
class InCall:
    """As soon as the backend has done what it was asked, or has got the request if it is slow."""

    operation: str

    def __str__(self) -> str:
        return f"in {self.operation}"


Kill = AtWrite | InCall


def read_kill(text: str) -> Kill:
    """Raises ValueError."""
    if found := re.fullmatch(r"(before|after) write (\d+)", text):
        return AtWrite("before" if found[1] == "before" else "after", int(found[2]))
    if text.startswith("in "):
        return InCall(text.removeprefix("in "))
    raise ValueError(f"{text!r} is no kill: 'before write 3', 'after write 3' or 'in erp.GetPrice'")


class Commits:
    """A journal's commit that counts, and ends the process before or after one."""

    def __init__(self, kill: Kill | None = None) -> None:
        self.made = 0
        self._nth = kill.nth if isinstance(kill, AtWrite) else 0
        self._moment = kill.moment if isinstance(kill, AtWrite) else ""

    def __call__(self, connection: sqlite3.Connection) -> None:
        self.comes("before")
        commit(connection)
        self.comes("after")

    def comes(self, moment: Moment) -> None:
        """For an engine that commits by itself: call it before and after."""
        self.made += moment == "before"
        if self.made == self._nth and moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


def fork(work: Callable[[], object]) -> int:
    """Do it in a process of its own, which ends with 0, or with 1 when something is raised."""
    sys.stdout.flush()
    if (child := os.fork()) != 0:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)


def killed(status: int) -> bool:
    """Of a process that was waited for. Raises RuntimeError when it ended in any other bad way."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise RuntimeError(f"a process of the matrix ended with {status}")
    return False
