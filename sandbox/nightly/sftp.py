"""A folder shown by SFTP."""

import hmac
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import asyncssh


@asynccontextmanager
async def serving(
    sock: socket.socket, home: Path, host_key: Path, login: tuple[str, str]
) -> AsyncIterator[str]:
    """Yields the line that OpenSSH's known_hosts would have for it."""
    key = _key(host_key)
    doors: set[_Door] = set()
    acceptor = await asyncssh.listen(
        sock=sock,
        server_factory=lambda: _Door(login, doors),
        server_host_keys=[key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(home)),
        allow_scp=False,
    )
    try:
        yield f"{_known_as(sock)} {key.export_public_key('openssh').decode()}"
    finally:
        acceptor.close()
        for door in list(doors):
            door.shut()
        await acceptor.wait_closed()


class _Door(asyncssh.SSHServer):
    def __init__(self, login: tuple[str, str], doors: "set[_Door]") -> None:
        self._login = login
        self._doors = doors

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._doors.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's signature
        self._doors.discard(self)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        given = (username, password)
        return all(map(hmac.compare_digest, map(str.encode, given), map(str.encode, self._login)))

    def shut(self) -> None:
        self._connection.abort()


def _known_as(sock: socket.socket) -> str:
    """Any name will do where it listens on every address: callers give it one of their own."""
    host, port, *_ = sock.getsockname()
    return "*" if ip_address(host).is_unspecified else f"[{host}]:{port}"


def _key(path: Path) -> asyncssh.SSHKey:
    """Made once: a client that pinned it must find it again."""
    if not path.exists():
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(path)
        path.chmod(0o600)
    return asyncssh.read_private_key(path)
