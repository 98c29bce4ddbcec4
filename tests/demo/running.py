"""`strata demo` as a user types it, its state under a directory of the test's."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ELSEWHERE = ("STRATA_", "FORCE_COLOR", "COLUMNS", "TTY_")
"""What in a developer's environment would change what is printed or used."""


@contextmanager
def demo(folder: Path, *options: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ELSEWHERE)}
    process = subprocess.Popen(
        [sys.executable, "-m", "runtime.cli", "demo", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**kept, "TMPDIR": str(folder), **variables},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def descendants(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(children: list[psutil.Process]) -> bool:
    """Within the time a person would wait."""
    return not psutil.wait_procs(children, timeout=10)[1]


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> tuple[str, str]:
    """What it says from here on, until it has ended."""
    process.send_signal(number)
    return process.communicate(timeout=15)
