"""What is built once and kept: whole or not at all, by one process at a time."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.real.progress import say


def key(*parts: bytes) -> str:
    """Names a thing after all that went into it, so that a change makes a new one."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def once(path: Path, build: Callable[[Path], None]) -> Path:
    """The folder at `path`, built if it is not there.

    It gets its name when it is complete: a build that was interrupted leaves nothing that
    anybody would take for a finished one.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent / "lock"):
        if not path.exists():
            half = path.with_name(f"half-{path.name}")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(mode=0o700)
            build(half)
            half.rename(path)
    return path


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """The lock goes with the process that holds it, also when that is killed."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another first boot is building here; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
