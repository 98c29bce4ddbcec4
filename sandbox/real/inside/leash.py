"""Run a command that must not outlive its owner: `leash.py FDS COMMAND…`.

The owner holds the other end of standard input and never writes to it. When the owner is
gone, even by kill -9, the pipe closes and the command is ended. A pipe rather than
prctl(PR_SET_PDEATHSIG) because macOS has pipes too, and rather than a thread in the server
because Tryton refuses to start with one. FDS: listening sockets to hand on, "3,4" or "".
"""

import os
import signal
import subprocess
import sys
import threading

GRACE = 5.0


def main() -> int:
    sockets = [int(fd) for fd in sys.argv[1].split(",") if fd]
    command = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, pass_fds=sockets)  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: command.terminate())
    threading.Thread(target=_end_with_owner, args=(command,), daemon=True).start()
    return command.wait()


def _end_with_owner(command: subprocess.Popen[bytes]) -> None:
    os.read(0, 1)  # not sys.stdin: its lock would be missed at exit
    command.terminate()
    try:
        command.wait(GRACE)
    except subprocess.TimeoutExpired:
        command.kill()


if __name__ == "__main__":
    sys.exit(main())
