"""A folder on an SFTP server (draft-ietf-secsh-filexfer-02, which is what OpenSSH speaks).

1. `rename` of version 3 refuses an existing target, `posix-rename@openssh.com` replaces it. *Why this
   matters:* what is published goes by the first, lest it replaces another file; a claim goes by
   the second, which is atomic where OpenSSH's first is a link and an unlink.
2. Version 3 has no word for "exists" or "disk full": both are a failure. *Why this matters:* after a
   failed rename we look whether the name is taken.
3. Names are bytes. *Why this matters:* one that is no text must not hide the others, so it is left out.
"""

from contextlib import suppress
from pathlib import Path
from typing import cast

import asyncssh

from connectors.protocols.files.folder import CHUNK, Entry, Fetched, taken
from connectors.protocols.files.options import SftpAddress
from connectors.protocols.files.sftp_failures import told
from connectors.protocols.files.sftp_session import SftpSession
from connectors.protocols.files.spool import Spool
from runtime.problems import Rejected, broken, garbage

MOST_ENTRIES = 50_000


class SftpFolder:
    def __init__(self, who: str, address: SftpAddress) -> None:
        self._who = who
        self._base = address.base
        self._session = SftpSession(who, address)

    async def entries(self, place: str) -> list[Entry]:
        sftp = await self._session.client()
        found: list[Entry] = []
        with told(self._who):
            async for entry in sftp.scandir(self._at(place).encode()):
                if len(found) == MOST_ENTRIES:
                    raise garbage(self._who, "there are too many files")
                found += _entries(entry)
        return sorted(found, key=lambda entry: entry.name)

    async def fetch(self, path: str, into: Path, cap: int) -> Fetched:
        sftp = await self._session.client()
        with told(self._who), Spool(into, cap) as spool:
            async with sftp.open(self._at(path), "rb") as source:
                while chunk := cast(bytes, await source.read(CHUNK)):
                    spool.write(chunk)
                if spool.fetched().size != (await source.stat()).size:
                    raise broken(self._who)
        return spool.fetched()

    async def put(self, temporary: str, path: str, content: bytes) -> None:
        sftp = await self._session.client()
        with told(self._who):
            try:
                await _write(sftp, self._at(temporary), content)
                await self._publish(sftp, self._at(temporary), self._at(path))
            except (asyncssh.SFTPError, Rejected):  # not when cancelled: nobody waits any more
                with suppress(asyncssh.Error):
                    await sftp.remove(self._at(temporary))
                raise

    async def move(self, old: str, new: str) -> None:
        sftp = await self._session.client()
        with told(self._who):
            try:
                await sftp.posix_rename(self._at(old), self._at(new))
            except asyncssh.SFTPOpUnsupported:
                await sftp.rename(self._at(old), self._at(new))

    async def remove(self, path: str) -> None:
        sftp = await self._session.client()
        with told(self._who):
            await sftp.remove(self._at(path))

    async def exists(self, path: str) -> bool:
        sftp = await self._session.client()
        with told(self._who):
            return await sftp.lexists(self._at(path))

    async def make(self, place: str) -> None:
        sftp = await self._session.client()
        with told(self._who):
            await sftp.makedirs(self._at(place), exist_ok=True)

    def drop(self) -> None:
        self._session.drop()

    async def aclose(self) -> None:
        await self._session.aclose()

    def _at(self, path: str) -> str:
        return f"{self._base}/{path}" if path else self._base

    async def _publish(self, sftp: asyncssh.SFTPClient, temporary: str, path: str) -> None:
        """Quirks 1 and 2."""
        try:
            await sftp.rename(temporary, path)
        except asyncssh.SFTPFailure as error:
            if await sftp.lexists(path):
                raise taken(self._who) from error
            raise


async def _write(sftp: asyncssh.SFTPClient, path: str, content: bytes) -> None:
    async with sftp.open(path, "xb") as file:
        await file.write(content)
        with suppress(asyncssh.SFTPOpUnsupported):  # then the server's own care has to do
            await file.fsync()


def _entries(entry: asyncssh.SFTPName) -> list[Entry]:
    """Of a regular file, quirk 3."""
    attrs = entry.attrs
    if attrs.type != asyncssh.FILEXFER_TYPE_REGULAR or not isinstance(entry.filename, bytes):
        return []
    try:
        name = entry.filename.decode()
    except UnicodeDecodeError:
        return []
    return [Entry(name, attrs.size or 0, float(attrs.mtime or 0))]
