"""A process of the demo: it says where it listens, can be killed with -9, and never outlives us."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from sandbox.real.children import INSIDE

OVERRIDES = "STRATA__"
"""Settings by environment would win over ours: an order of the demo could land in a real ERP."""


Watch = Callable[[str], None]
"""Shown what a process has logged so far, ten times a second, while it starts."""


class DemoError(Exception):
    """The demo cannot go on; the message says why."""


class Child(AbstractContextManager["Child"]):
    """`module` run by our Python in a session of its own, so that Ctrl-C is for us to handle.

    Leaving the context ends it, as does our own end, however it comes (see leash.py).
    """

    def __init__(self, log: Path, module: str, *arguments: str) -> None:
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                [
                    *(sys.executable, "-I", "-S", INSIDE / "leash.py", ""),
                    *(sys.executable, "-m", module, *arguments),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=Path(__file__).parents[2],
                env={k: v for k, v in os.environ.items() if not k.startswith(OVERRIDES)},
                start_new_session=True,
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def announced(self, watch: Watch) -> dict[str, Any]:
        """The JSON line a server prints once it listens."""
        assert self._process.stdout is not None  # noqa: S101 - we asked for a pipe
        while not select.select([self._process.stdout], [], [], 0.1)[0]:
            watch(self._log.read_text(errors="replace"))
        if not (line := self._process.stdout.readline()):
            self._process.wait()
            raise self.failure()
        announcement: dict[str, Any] = json.loads(line)
        return announcement

    def kill(self) -> None:
        """kill -9 of the process and its leash: nothing of it gets to run another line."""
        with self:
            os.killpg(self._process.pid, signal.SIGKILL)

    def check(self) -> None:
        if self._process.poll() is not None:
            raise self.failure()

    def failure(self) -> DemoError:
        said = self._log.read_text(errors="replace")[-2000:].strip()
        return DemoError(f"{self._log.stem} has ended unasked; the last it said:\n{said}")
