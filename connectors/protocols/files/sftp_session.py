"""One SSH connection with SFTP on it: made when first needed, again when it was lost."""

import asyncio
from contextlib import suppress

import asyncssh

from connectors.protocols.files.options import SftpAddress
from connectors.protocols.files.sftp_failures import told

ALIVE_EVERY = 15
"""Seconds without a word after which the other side is asked whether it is still there."""
PARTING = 1
"""Seconds for a connection to end in good order."""


class SftpSession:
    def __init__(self, who: str, address: SftpAddress) -> None:
        self._who = who
        self._address = address
        self._connecting = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    async def client(self) -> asyncssh.SFTPClient:
        """Raises Misconfigured for another host key than the pinned one, or refused credentials."""
        async with self._connecting:
            if self._client is None or self._connection is None or self._connection.is_closed():
                self.drop()
                self._client = await self._connect()
            return self._client

    def drop(self) -> None:
        if self._connection is not None:
            self._connection.abort()
        self._connection = self._client = None

    async def aclose(self) -> None:
        if self._connection is not None:
            self._connection.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(PARTING):
                    await self._connection.wait_closed()
        self.drop()

    async def _connect(self) -> asyncssh.SFTPClient:
        address = self._address
        keys = [asyncssh.import_private_key(address.private_key)] if address.private_key else None
        with told(self._who, connecting=True):
            self._connection = await asyncssh.connect(
                address.host,
                address.port,
                username=address.user,
                password=address.password,
                client_keys=keys,
                known_hosts=asyncssh.import_known_hosts(address.known_hosts),
                # Ours alone decide: neither the files of whoever runs this, nor their agent.
                config=None,
                agent_path=None,
                gss_auth=False,
                gss_kex=False,
                # What is packed has no size until it is unpacked.
                compression_algs=None,
                keepalive_interval=ALIVE_EVERY,
                keepalive_count_max=2,
            )
            return await self._connection.start_sftp_client()
