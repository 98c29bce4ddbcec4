"""The warehouse with the nightly file, as OpenSSH's own client and its night workers see it."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.ground import Ground
from sandbox.nightly.records import number, record, records, zoned
from sandbox.nightly.service import NightlyService
from sandbox.nightly.warehouse import Warehouse
from sandbox.seed import read_seed


@pytest.fixture
def service(tmp_path: Path) -> Iterator[NightlyService]:
    with ExitStack() as stack:
        yield NightlyService("nightly", Ground(tmp_path, read_seed(), stack))


@pytest.fixture
def warehouse(service: NightlyService) -> Warehouse:
    return service.warehouse


def order(name: str, action: str, quantity: int, article: str = "LAMP-LED-A1") -> bytes:
    return b"".join(
        [
            record(("H", 1), (name, 16), (action, 1), ("20260701020000", 14)),
            record(("L", 1), (article, 20), zoned(quantity * 1000, 12)),
            record(("T", 1), number(1, 9), zoned(quantity * 1000, 15)),
        ]
    )


def told(warehouse: Warehouse) -> list[str]:
    """What the newest file says of orders."""
    return [line[1:19].replace(" ", "") for line in _lines(warehouse, "C")]


def _lines(warehouse: Warehouse, kind: str) -> list[str]:
    (path,) = (warehouse.home / "stock").glob("*.DAT")
    return [line for line in records(path.read_bytes()) if line[0] == kind]


def drop(warehouse: Warehouse, name: str, content: bytes) -> None:
    (warehouse.home / "orders" / name).write_bytes(content)


def test_the_first_file_has_what_the_seed_has(warehouse: Warehouse) -> None:
    lamps = [line for line in _lines(warehouse, "S") if line[1:21].strip() == "LAMP-LED-A1"]

    assert [line[21:37] for line in lamps] == ["00000007500{EA A"]
    assert len(_lines(warehouse, "S")) == 10


def test_an_order_counts_once(warehouse: Warehouse) -> None:
    for _ in range(2):
        drop(warehouse, "A1.DAT", order("1", "A", 5))
        warehouse.night()

    assert warehouse.free("LAMP-LED-A1") == 70
    assert told(warehouse) == ["1AT"]


def test_a_cancellation_gives_back_what_has_not_left(warehouse: Warehouse) -> None:
    drop(warehouse, "A1.DAT", order("1", "A", 5))
    warehouse.night()
    drop(warehouse, "X1.DAT", order("1", "X", 5))
    warehouse.night()
    assert (warehouse.free("LAMP-LED-A1"), told(warehouse)) == (75, ["1AT", "1XT"])

    drop(warehouse, "A2.DAT", order("2", "A", 5))
    warehouse.night()
    warehouse.ship()
    drop(warehouse, "X2.DAT", order("2", "X", 5))
    warehouse.night()
    assert (warehouse.free("LAMP-LED-A1"), told(warehouse)[2:]) == (70, ["2AS", "2XR"])


def test_what_cannot_be_read_or_filled_moves_nothing(warehouse: Warehouse) -> None:
    drop(warehouse, "A1.DAT", order("1", "A", 5)[:-1])
    drop(warehouse, "A2.DAT", order("2", "A", 500))
    warehouse.night()

    assert (warehouse.free("LAMP-LED-A1"), told(warehouse)) == (75, ["2AR"])
    assert [path.name for path in (warehouse.home / "orders/unread").iterdir()] == ["A1.DAT"]


@pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH is not installed")
async def test_opensshs_client_knows_the_host_and_gets_the_file(
    service: NightlyService, tmp_path: Path
) -> None:
    told_password = tmp_path / "told"
    told_password.write_text("#!/bin/sh\necho sandbox\n")
    told_password.chmod(0o700)
    with socket.create_server(("127.0.0.1", 0)) as sock:
        async with service.listening(sock):
            client = await asyncio.create_subprocess_exec(
                *("sftp", "-F", "none", "-P", str(sock.getsockname()[1])),
                *("-o", f"UserKnownHostsFile={tmp_path / 'nightly.known_hosts'}"),
                *("-o", "StrictHostKeyChecking=yes", "-o", "PreferredAuthentications=password"),
                *("strata@127.0.0.1:stock/STOCK*.DAT", str(tmp_path)),
                env={
                    "PATH": "/usr/bin:/bin",
                    "SSH_ASKPASS": str(told_password),
                    "SSH_ASKPASS_REQUIRE": "force",
                },
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            output, _ = await client.communicate()

    assert client.returncode == 0, output
    assert sizes(tmp_path, "STOCK*.DAT") == [12 * 80]


def sizes(place: Path, pattern: str) -> list[int]:
    return [path.stat().st_size for path in place.glob(pattern)]
