"""Child processes that end with us, however we end."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

INSIDE = Path(__file__).with_name("inside")
# What would make another environment's Python, or a user's own Tryton, leak into ours.
FOREIGN = ("PYTHON", "TRYTON", "VIRTUAL_ENV")


class BootError(Exception):
    """A person has to look; the message says at what."""


class Child:
    """A command on a leash, its output in a log. Leaving the context ends it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        variables: Mapping[str, str] | None = None,
        listening: socket.socket | None = None,
    ) -> None:
        self._log = log
        sockets = [listening.fileno()] if listening else []
        # -I -S: the leash needs the standard library only, and starts in 15 ms.
        leash = (sys.executable, "-I", "-S", INSIDE / "leash.py", ",".join(map(str, sockets)))
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - commands of our own
                [*leash, *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=log.parent,
                env=_own_environment() | dict(variables or {}),
                pass_fds=sockets,
                start_new_session=True,  # Ctrl-C is ours to handle, not the children's
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def finish(self) -> None:
        """Wait for the command's own end, which must be a good one."""
        if self._process.wait() != 0:
            raise self.failure()

    def check(self) -> None:
        if self._process.poll() is not None:
            raise self.failure()

    def failure(self) -> BootError:
        tail = self._log.read_text(errors="replace")[-2000:]
        return BootError(f"{self._log.stem} does not run; its log ends so:\n{tail}")


def run(log: Path, *command: str | Path, **variables: str) -> None:
    with Child(command, log, variables) as child:
        child.finish()


def listen(port: int) -> socket.socket:
    """Bound here and handed to the server: no race for port 0, a taken port known at once."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise BootError(f"port {port} on 127.0.0.1 is taken; choose others with --ports") from error
    listening.listen(128)
    return listening


def _own_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
