"""What asyncssh raises, and the problem it is. Nothing a server says gets into a detail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncssh

from connectors.protocols.files.folder import failed, forbidden, full, missing, taken
from runtime.calls.http import Unreached
from runtime.problems import Misconfigured, Problem, Unavailable, broken, garbage

Told = Callable[[str], Problem]


def _no_sftp(who: str) -> Problem:
    return garbage(who, "it does not speak SFTP as we know it")


FAILURES: dict[type[Exception], Told] = {
    asyncssh.HostKeyNotVerifiable: lambda who: Misconfigured(f"{who} shows an unknown host key"),
    asyncssh.PermissionDenied: lambda who: Misconfigured(f"{who} refuses our credentials"),
    asyncssh.KeyExchangeFailed: lambda who: Misconfigured(f"{who} and we share no cipher"),
    asyncssh.ProtocolNotSupported: lambda who: Misconfigured(f"{who} speaks another SSH"),
    asyncssh.ChannelOpenError: lambda who: Misconfigured(f"{who} offers no SFTP"),
    asyncssh.SFTPNoSuchFile: missing,
    asyncssh.SFTPNoSuchPath: missing,
    asyncssh.SFTPPermissionDenied: forbidden,
    asyncssh.SFTPWriteProtect: forbidden,
    asyncssh.SFTPFileAlreadyExists: taken,
    asyncssh.SFTPNoSpaceOnFilesystem: full,
    asyncssh.SFTPQuotaExceeded: full,
    asyncssh.SFTPBadMessage: _no_sftp,
    asyncssh.ProtocolError: _no_sftp,
    asyncssh.MACError: _no_sftp,
    asyncssh.SFTPOpUnsupported: lambda who: Misconfigured(f"{who} cannot do this to a file"),
    asyncssh.SFTPConnectionLost: broken,
    asyncssh.SFTPNoConnection: broken,
    asyncssh.SFTPError: failed,
    asyncssh.DisconnectError: broken,
    OSError: broken,
}
"""The first that fits. A server of SFTP version 3 calls most of them a mere failure."""

UNREACHED = (OSError, asyncssh.ConnectionLost)
"""While connecting: nothing was asked of the backend yet."""


@contextmanager
def told(who: str, *, connecting: bool = False) -> Iterator[None]:
    try:
        yield
    except (asyncssh.Error, OSError) as error:
        if connecting and isinstance(error, UNREACHED):
            unreached = Unreached(type(error).__name__)
            raise Unavailable(f"{who} cannot be reached", retry_after=1) from unreached
        raise problem(who, error) from error


def problem(who: str, error: Exception) -> Problem:
    return next(told for kind, told in FAILURES.items() if isinstance(error, kind))(who)
