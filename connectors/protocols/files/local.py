"""A folder of this machine, or one that is mounted here. Blocking calls run in threads."""

import errno
import os
import stat
from asyncio import to_thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from connectors.protocols.files.folder import (
    CHUNK,
    Entry,
    Fetched,
    failed,
    forbidden,
    full,
    missing,
    taken,
)
from connectors.protocols.files.spool import Spool
from runtime.problems import Problem

FAILURES: dict[int | None, Callable[[str], Problem]] = {
    errno.ENOENT: missing,
    errno.ENOTDIR: missing,
    errno.EEXIST: taken,
    errno.ENOTEMPTY: taken,
    errno.EACCES: forbidden,
    errno.EPERM: forbidden,
    errno.EROFS: forbidden,
    errno.ELOOP: forbidden,
    errno.ENOSPC: full,
    errno.EDQUOT: full,
    errno.EFBIG: full,
}
"""What the system says, and the problem it is; anything else is a failure that may pass."""


class LocalFolder:
    def __init__(self, who: str, base: Path) -> None:
        self._who = who
        self._base = base

    async def entries(self, place: str) -> list[Entry]:
        return await to_thread(self._entries, self._base / place)

    async def fetch(self, path: str, into: Path, cap: int) -> Fetched:
        return await to_thread(self._fetch, self._base / path, into, cap)

    async def put(self, temporary: str, path: str, content: bytes) -> None:
        await to_thread(self._put, self._base / temporary, self._base / path, content)

    async def move(self, old: str, new: str) -> None:
        await to_thread(self._move, self._base / old, self._base / new)

    async def remove(self, path: str) -> None:
        with self._told():
            await to_thread(os.unlink, self._base / path)

    async def exists(self, path: str) -> bool:
        return await to_thread(os.path.lexists, self._base / path)

    async def make(self, place: str) -> None:
        with self._told():
            await to_thread((self._base / place).mkdir, parents=True, exist_ok=True)

    def drop(self) -> None:
        """There is no connection."""

    async def aclose(self) -> None:
        """Nothing is open."""

    def _entries(self, place: Path) -> list[Entry]:
        with self._told(), os.scandir(place) as found:
            files = [entry for entry in found if entry.is_file(follow_symlinks=False)]
            listed = []
            for file in files:
                with suppress(FileNotFoundError):  # somebody else took it meanwhile
                    status = file.stat(follow_symlinks=False)
                    listed.append(Entry(file.name, status.st_size, status.st_mtime))
        return sorted(listed, key=lambda entry: entry.name)

    def _fetch(self, path: Path, into: Path, cap: int) -> Fetched:
        with self._told(), _reading(path) as source, Spool(into, cap) as spool:
            while chunk := os.read(source, CHUNK):
                spool.write(chunk)
        return spool.fetched()

    def _put(self, temporary: Path, path: Path, content: bytes) -> None:
        with self._told():
            try:
                _write(temporary, content)
                os.link(temporary, path)  # unlike rename, it fails where there is one already
            finally:
                temporary.unlink(missing_ok=True)
            _flush(path.parent)

    def _move(self, old: Path, new: Path) -> None:
        with self._told():
            old.rename(new)
            _flush(new.parent)
            _flush(old.parent)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FAILURES.get(error.errno, failed)(self._who) from error


@contextmanager
def _reading(path: Path) -> Iterator[int]:
    """Of a regular file only: a link may lead anywhere, and a pipe never ends."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EPERM, "not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(place: Path) -> None:
    """A name is on the disk only when its folder is."""
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
