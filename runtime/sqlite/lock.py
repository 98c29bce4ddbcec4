"""One process at a time: an advisory lock on a file beside the one it protects."""

import fcntl
import os
from pathlib import Path


class FileInUse(Exception):
    """Another process has the file open."""


class FileLock:
    """Held until released or until the process ends, however it ends."""

    def __init__(self, protected: Path) -> None:
        path = protected.with_name(protected.name + ".lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 20, 0).decode() or "unknown"
            os.close(self._file)
            raise FileInUse(
                f"{protected} is in use by process {holder} (lock file {path})"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, b"%d" % os.getpid(), 0)

    def release(self) -> None:
        os.close(self._file)
