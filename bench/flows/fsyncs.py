"""How often our journal flushes the disk for one commit."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench.flows.contest import answered, child
from bench.flows.places import file

CALL = re.compile(r"\b(?:fsync|fdatasync)\(")


class Flushes(NamedTuple):
    per_commit: float
    source: str


def flushes(flows: int) -> Flushes:
    """Counted by strace, with those of opening, closing and checkpoints; where it cannot trace, the
    one that SQLite's WAL with synchronous=FULL takes a commit (https://sqlite.org/wal.html).

    A traced process flushes slower and so commits less often: only what one commit takes is kept.
    """
    if not _can_trace():
        return Flushes(1.0, "one a commit, as SQLite's WAL does with synchronous=FULL; no strace")
    with tempfile.TemporaryDirectory() as directory, file() as place:
        trace = Path(directory) / "trace"
        calls = ["--seccomp-bpf", "-e", "trace=fsync,fdatasync"]
        strace = ["strace", "-f", "-qq", *calls, "-o", str(trace)]
        answer = answered([*strace, *child("strata", place, flows, 0, 0.0)])
        counted = len(CALL.findall(trace.read_text()))
    return Flushes(counted / answer["commits"], "counted by strace, per commit")


def _can_trace() -> bool:
    """It may be there and not be allowed to, as in many containers."""
    if (strace := shutil.which("strace")) is None:
        return False
    tried = subprocess.run([strace, "true"], capture_output=True, check=False)
    return tried.returncode == 0
