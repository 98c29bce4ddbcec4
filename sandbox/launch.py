"""A sandbox as a child process, for tests and the demo.

with launch() as running:
    running.urls["erp"]
"""

import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 10  # seconds to stop cleanly


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[str]
    urls: dict[str, str]  # backend name -> base URL


@contextmanager
def launch(data: Path | None = None, only: Collection[str] = ()) -> Iterator[Running]:
    """Yields once all answer, or `only` those; stopped and waited for at the end."""
    command = [sys.executable, "-m", "sandbox", "--ports", "any"]
    command += ["--only", ",".join(only)] if only else []
    command += ["--data", str(data)] if data else []
    # S603: our own interpreter and our own words.
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield Running(process, _read_urls(process))
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()  # a sandbox that hangs is a bug, but not one to leave running
        raise


def _read_urls(process: subprocess.Popen[str]) -> dict[str, str]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"The sandbox did not start (exit code {process.wait(PATIENCE)})")
    urls: dict[str, str] = json.loads(line)
    return urls
