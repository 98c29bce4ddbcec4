"""What asyncpg is kept from: messages that cannot be, and answers that do not end."""

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.sql.answers import ANSWER_BYTES
from connectors.protocols.sql.backend import SqlBackend
from connectors.protocols.sql.drivers.postgresql_wire import Framing
from connectors.protocols.sql.meanings import Meaning, Spoilt
from connectors.protocols.sql.options import SqlOptions
from connectors.reach import Reach
from runtime.problems import Unavailable
from tests.connectors.protocols.relays import self_signed
from tests.connectors.protocols.sql.material import ONE, nobody

READY = b"Z\0\0\0\x05I"
SERVER: dict[str, Any] = {
    "driver": "postgresql",
    "host": "127.0.0.1",
    "database": "wms",
    "user": "strata",
    "password": "made-up",
}


def message(letter: bytes, body: bytes) -> bytes:
    return letter + (len(body) + 4).to_bytes(4) + body


def through(*pieces: bytes) -> bytes:
    """What arrives of it."""
    arrived = bytearray()
    framing = Framing(arrived.extend)
    for piece in pieces:
        framing.data_received(piece)
    return bytes(arrived)


@pytest.mark.parametrize("step", [1, 3, 5, 8, 100_000])
def test_what_is_well_goes_through_however_it_is_cut(step: int) -> None:
    said = message(b"T", b"") + message(b"D", bytes(9000)) + message(b"D", b"xy") + READY

    assert through(*(said[at : at + step] for at in range(0, len(said), step))) == said


def test_each_answer_may_be_as_large_as_any_other() -> None:
    answer = message(b"D", bytes(ANSWER_BYTES - 4)) + READY

    assert len(through(answer, answer)) == 2 * len(answer)


@pytest.mark.parametrize("length", [0, 3, -1, -(2**31)])
def test_a_message_shorter_than_its_head_never_gets_to_asyncpg(length: int) -> None:
    with pytest.raises(Spoilt) as caught:
        through(READY + b"D" + length.to_bytes(4, signed=True))
    assert caught.value.meaning is Meaning.GARBAGE


@pytest.mark.parametrize(
    "said", [b"D\x7f\xff\xff\xff", message(b"N", bytes(9996)) * (ANSWER_BYTES // 10_000 + 1)]
)
def test_an_answer_over_the_cap_is_not_waited_for(said: bytes) -> None:
    with pytest.raises(Spoilt) as caught:
        through(said)
    assert caught.value.meaning is Meaning.TOO_LARGE


async def test_encryption_changes_nothing_about_that(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "both.pem")
    trusted = tmp_path / "ca.pem"
    trusted.write_text("".join(certificate.read_text().partition("-----BEGIN CERT")[1:]))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # SSLRequest
        writer.write(b"S")
        await writer.start_tls(tls)
        writer.write(b"R\x7f\xff\xff\xff")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        options = SqlOptions.model_validate(SERVER | {"port": port, "tls_ca": trusted})
        backend = SqlBackend("the stock", options, Reach(nobody))
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("read", ONE, id="X")
        await backend.aclose()
    assert caught.value.slug == "bad-answer"


async def test_zeros_do_not_stop_the_process() -> None:
    """In one of its own, as a process that asyncpg has stopped hears no signal but the last."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.connectors.protocols.sql.zeros"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            said, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
    assert said.split()[-1] == b"bad-answer"
