"""SFTP on its bad days, and who it is that we talk to."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncssh
import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.options import FileOptions
from connectors.protocols.files.sftp_failures import problem
from runtime.problems import Misconfigured, Missing, Problem, Unavailable
from sandbox.nightly.sftp import serving
from tests.connectors.faults.between import Between
from tests.connectors.faults.rogue import deafness, rogue
from tests.connectors.protocols.files.material import files_at


@asynccontextmanager
async def at(options: dict[str, Any], data_dir: Path) -> AsyncIterator[FileBackend]:
    files = files_at({"timeout_seconds": 3} | options, data_dir)
    yield files
    await files.aclose()


async def refused(options: dict[str, Any], data_dir: Path) -> Problem:
    async with at(options, data_dir) as files:
        with capture_logs() as lines, pytest.raises(Problem) as caught:
            await files.entries("")
    assert "secret-word" not in f"{lines} {caught.value.document}"
    return caught.value


async def test_a_server_with_another_host_key_is_not_told_our_password(
    sftp: dict[str, Any], tmp_path: Path
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    pinned = f"{sftp['known_hosts'].split()[0]} {other}"

    problem = await refused(sftp | {"known_hosts": pinned}, tmp_path)

    assert isinstance(problem, Misconfigured)
    assert "host key" in problem.document["detail"]


async def test_a_key_pinned_for_another_host_is_not_this_ones(
    sftp: dict[str, Any], tmp_path: Path
) -> None:
    elsewhere = "sftp.elsewhere.test " + sftp["known_hosts"].split(" ", 1)[1]

    assert isinstance(await refused(sftp | {"known_hosts": elsewhere}, tmp_path), Misconfigured)


async def test_refused_credentials_are_for_an_operator(
    sftp: dict[str, Any], tmp_path: Path
) -> None:
    problem = await refused(sftp | {"password": "not-secret-word"}, tmp_path)

    assert isinstance(problem, Misconfigured)
    assert "credentials" in problem.document["detail"]


async def test_a_private_key_opens_the_door_too(home: Path, tmp_path: Path) -> None:
    key, host_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    allowed = asyncssh.import_authorized_keys(key.export_public_key().decode())
    (home / "a.csv").write_text("")
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        authorized_client_keys=allowed,
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(home).encode()),
    )
    async with acceptor:
        port = acceptor.get_port()
        options = {
            "url": f"sftp://127.0.0.1:{port}",
            "user": "partner",
            "private_key": key.export_private_key().decode(),
            "known_hosts": f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}",
        }
        async with at(options, tmp_path) as files:
            assert [entry.name for entry in await files.entries("")] == ["a.csv"]


async def test_a_connection_that_was_lost_is_made_again(home: Path, tmp_path: Path) -> None:
    (home / "a.csv").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        address = sock.getsockname()
        login = ("partner", "secret-word")
        options = {"url": f"sftp://127.0.0.1:{address[1]}/", "user": login[0], "password": login[1]}
        async with serving(sock, home, tmp_path / "key", login) as known_hosts:
            files = files_at(options | {"known_hosts": known_hosts}, tmp_path)
            await files.entries("")
    with pytest.raises(Unavailable) as caught:
        await files.entries("")
    assert caught.value.code == 503
    with socket.create_server(address) as sock:
        async with serving(sock, home, tmp_path / "key", login):
            assert [entry.name for entry in await files.entries("")] == ["a.csv"]
            await files.aclose()


async def test_a_connection_that_fell_silent_is_made_again(
    sftp: dict[str, Any], tmp_path: Path
) -> None:
    quiet: list[str] = []
    parts = urlsplit(sftp["url"])
    between = Between(str(parts.hostname), parts.port or 0, deafness, until=lambda: bool(quiet))
    async with rogue(between.meet) as port:
        there = {
            name: sftp[name].replace(f":{parts.port}", f":{port}")
            for name in ("url", "known_hosts")
        }
        async with at(sftp | there | {"timeout_seconds": 1}, tmp_path) as files:
            before = await files.entries("")
            quiet.append("now")
            with pytest.raises(Unavailable) as caught:
                await files.entries("")
            assert caught.value.slug == "no-answer"
            quiet.clear()
            assert await files.entries("") == before


Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def silence(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def a_reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def html(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>" + b"x" * 100_000)


async def a_cut_greeting(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-Ope")
    await writer.drain()


@pytest.mark.parametrize(
    ("behaves", "status"), [(silence, 504), (a_reset, 503), (html, 502), (a_cut_greeting, 503)]
)
async def test_whatever_answers_instead_is_told_as_what_it_is_in_time(
    sftp: dict[str, Any], tmp_path: Path, behaves: Behaviour, status: int
) -> None:
    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await behaves(reader, writer)
        writer.close()

    async with await asyncio.start_server(session, "127.0.0.1", 0) as server:
        url = f"sftp://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        began = time.monotonic()
        problem = await refused(sftp | {"url": url, "timeout_seconds": 0.5}, tmp_path)

    assert problem.code == status
    assert time.monotonic() - began < 10  # the silent one would never end


@pytest.mark.parametrize(
    ("error", "kind", "slug"),
    [
        (asyncssh.SFTPNoSuchFile(""), Missing, "missing"),
        (asyncssh.SFTPPermissionDenied(""), Misconfigured, "misconfigured"),
        (asyncssh.SFTPNoSpaceOnFilesystem(""), Unavailable, "disk-full"),
        (asyncssh.SFTPQuotaExceeded(""), Unavailable, "disk-full"),
        (asyncssh.SFTPConnectionLost(""), Unavailable, "connection-lost"),
        (asyncssh.SFTPFailure("/home/secret-word"), Unavailable, "backend-error"),
        (asyncssh.SFTPBadMessage(""), Unavailable, "bad-answer"),
        (asyncssh.ProtocolError(""), Unavailable, "bad-answer"),
        (asyncssh.MACError(""), Unavailable, "bad-answer"),
        (TimeoutError(), Unavailable, "connection-lost"),
        (asyncssh.ConnectionLost(""), Unavailable, "connection-lost"),
    ],
)
def test_each_error_is_the_problem_it_is(error: Exception, kind: type[Problem], slug: str) -> None:
    told = problem("partner", error)

    assert (type(told), told.slug) == (kind, slug)
    assert "secret-word" not in str(told.document)


@pytest.mark.parametrize(
    "wrong",
    [
        {"known_hosts": ""},
        {"known_hosts": "# nothing but a comment"},
        {"known_hosts": "partner.test"},
        {"user": ""},
        {"password": None},
        {"private_key": "both"},
        {"url": "http://partner.test/"},
        {"url": "sftp:///nowhere"},
        {"url": "sftp://me:word@partner.test/"},
        {"url": "sftp://partner.test:no/"},
        {"url": "file://partner.test/etc"},
    ],
    ids=str,
)
def test_options_that_cannot_be_right_are_refused_at_start(wrong: dict[str, Any]) -> None:
    right = {
        "url": "sftp://partner.test/",
        "user": "us",
        "password": "secret-word",
        "known_hosts": "partner.test ssh-ed25519 " + "A" * 68,
    }
    options = FileOptions.model_validate(right)
    assert "secret-word" not in repr(options)
    assert "secret-word" not in repr(options.place())

    with pytest.raises(ValidationError):
        FileOptions.model_validate(right | wrong)
