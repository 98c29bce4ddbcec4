"""A partner's folder, on this machine and behind a real SFTP server."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from sandbox.nightly.sftp import serving
from tests.connectors.protocols.files.material import Partner

LOGIN = ("partner", "secret-word")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
async def sftp(home: Path, tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    """Options for the home behind SFTP."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        url = f"sftp://127.0.0.1:{sock.getsockname()[1]}/"
        async with serving(sock, home, tmp_path / "host.key", LOGIN) as known_hosts:
            user, password = LOGIN
            yield {"url": url, "user": user, "password": password, "known_hosts": known_hosts}


@pytest.fixture(params=["local", "sftp"])
def options(request: pytest.FixtureRequest, home: Path) -> dict[str, Any]:
    if request.param == "local":
        return {"url": f"file://{home}"}
    options: dict[str, Any] = request.getfixturevalue("sftp")
    return options


@pytest.fixture
async def partner(home: Path, tmp_path: Path) -> AsyncIterator[Callable[[dict[str, Any]], Partner]]:
    """Made with options, and what differs in the inbox; closed at the end."""
    async with AsyncExitStack() as stack:

        def made(options: dict[str, Any], data: str = "data", **inbox: Any) -> Partner:
            partner = Partner(home, options, tmp_path / data, **inbox)
            stack.push_async_callback(partner.aclose)
            return partner

        yield made
