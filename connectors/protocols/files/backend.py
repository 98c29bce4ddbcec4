"""A folder by name, wherever it is: one policy for deadline, attempts, guard and log line."""

import asyncio
import hashlib
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from connectors.protocols.backend import Attempt, Backend
from connectors.protocols.files.folder import Entry, Fetched, Folder, TooLarge
from connectors.protocols.files.local import LocalFolder
from connectors.protocols.files.names import safe
from connectors.protocols.files.options import FileOptions
from connectors.protocols.giving_up import ended
from connectors.reach import Reach
from runtime.problems import Missing, Rejected, silent

T = TypeVar("T")

PARTING_SECONDS = 0.2
"""For a call whose caller has left to end in good order. One that was too slow gets none."""


class FileBackend:
    """Paths are relative to the folder of `options.url`; each part of one has to be a safe name.

    Raises Missing, Rejected `exists` or `unsafe-name`, Misconfigured, Unavailable.
    """

    def __init__(self, name: str, options: FileOptions, reach: Reach) -> None:
        self.name = name
        self._folder = _opened(name, options)
        self._short = Backend(name, reach, timeout=options.timeout_seconds)
        self._long = Backend(name, reach, timeout=options.transfer_seconds)

    async def entries(self, place: str) -> list[Entry]:
        _checked(place)
        return await self._call("listFiles", lambda _: self._folder.entries(place))

    async def fetch(self, path: str, into: Path, cap: int) -> Fetched:
        """Copy it to a file of ours. Raises TooLarge over `cap` bytes."""
        _checked(path)
        work = self._within(lambda _: self._folder.fetch(path, into, cap))
        return await self._long.call("fetchFile", work, repeatable=True)

    async def publish(
        self, path: str, content: bytes, *, marker: str = "", checksum: bool = False
    ) -> None:
        """Appears whole or not at all, and under a name that is free; again changes nothing.

        A checksum comes before it, in `<path>.sha256` as `sha256sum -c` reads it; a marker such as
        `.done` after it, an empty file. Rejected `exists` where the name has other content.
        """
        _checked(path)
        contents = {path: content}
        if checksum:
            contents = {f"{path}.sha256": _checksum(path, content)} | contents
        if marker:
            contents[path + marker] = b""
        for name, bytes_of_it in contents.items():
            await self._call("putFile", partial(self._put, name, bytes_of_it))

    async def move(self, old: str, new: str) -> None:
        """Atomically; `new` has to be a name that nobody else uses."""
        _checked(old, new)
        await self._call("moveFile", lambda attempt: self._moved(old, new, attempt))

    async def remove(self, path: str) -> None:
        """Harmless when there is none."""
        _checked(path)
        await self._call("removeFile", lambda _: self._gone(path))

    async def make(self, place: str) -> None:
        _checked(place)
        await self._call("makeFolder", lambda _: self._folder.make(place))

    async def exists(self, path: str) -> bool:
        _checked(path)
        return await self._call("findFile", lambda _: self._folder.exists(path))

    async def aclose(self) -> None:
        await self._folder.aclose()

    async def _call(self, operation: str, once: Callable[[Attempt], Awaitable[T]]) -> T:
        return await self._short.call(operation, self._within(once), repeatable=True)

    def _within(self, once: Callable[[Attempt], Awaitable[T]]) -> Callable[[Attempt], Awaitable[T]]:
        """On time, even where files are closed by asking a server that has stopped to answer."""

        async def work(attempt: Attempt) -> T:
            task = asyncio.ensure_future(once(attempt))
            parting = PARTING_SECONDS
            try:
                await asyncio.wait([task], timeout=attempt.remaining)
                if task.done():
                    return task.result()
                parting = 0
            finally:
                if not task.done():
                    await self._ended(task, parting)
            raise silent(self.name)

        return work

    async def _ended(self, task: asyncio.Future[Any], parting: float) -> None:
        if parting:
            task.cancel()
            await asyncio.wait([task], timeout=parting)
        if not parting or not task.done():
            self._folder.drop()
        await ended(task)

    async def _put(self, path: str, content: bytes, _attempt: Attempt) -> None:
        """Each attempt under a name of its own: what an abandoned one still writes harms nobody."""
        place, _, name = path.rpartition("/")
        temporary = f"{place}/" * bool(place) + f".{name}.{secrets.token_hex(4)}.part"
        try:
            await self._folder.put(temporary, path, content)
        except Rejected:
            if not await self._holds(path, content):
                raise

    async def _holds(self, path: str, content: bytes) -> bool:
        with tempfile.TemporaryDirectory() as place:
            try:
                found = await self._folder.fetch(path, Path(place) / "found", len(content))
            except (TooLarge, Missing):
                return False
        return found.sha256 == hashlib.sha256(content).hexdigest()

    async def _moved(self, old: str, new: str, attempt: Attempt) -> None:
        try:
            await self._folder.move(old, new)
        except Missing:
            if attempt.number == 1 or not await self._folder.exists(new):
                raise

    async def _gone(self, path: str) -> None:
        try:
            await self._folder.remove(path)
        except Missing:
            return


def _opened(name: str, options: FileOptions) -> Folder:
    place = options.place()
    if isinstance(place, Path):
        return LocalFolder(name, place)
    from connectors.protocols.files.sftp import SftpFolder  # asyncssh takes 0.3 s to import

    return SftpFolder(name, place)


def _checked(*paths: str) -> None:
    for path in paths:
        for part in path.split("/") if path else ():
            safe(part)


def _checksum(path: str, content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {path.rpartition('/')[2]}\n".encode()
