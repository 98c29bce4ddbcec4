"""What each kind of refusal is to our callers, and that nothing in it tells what it was about."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.protocols.sql.errors import Fault, Phase, Undone, problem_of
from connectors.protocols.sql.meanings import Meaning, meaning_of
from connectors.protocols.sql.statements import Change, Query
from connectors.protocols.sql.transaction import Transaction
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable
from tests.connectors.databases import Database
from tests.connectors.protocols.sql.material import (
    ADD,
    ONE,
    added,
    as_it_is,
    only_files,
    only_servers,
    reached,
)

SECRET = "s3cr3t-value"
BAD_QUERIES = {
    "no such table": Query("SELECT * FROM {prefix}NOSUCH WHERE A = :a", as_it_is),
    "no such column": Query("SELECT NOSUCH FROM {prefix}THING WHERE NOTE = :a", as_it_is),
    "no SQL": Query("SELECTED :a", as_it_is),
}
BAD_CHANGES: dict[str, tuple[Change, dict[str, Any]]] = {
    "a check fails": (ADD, {"id": "E1", "qty": -1, "note": SECRET}),
    "a parent is missing": (Change("INSERT INTO {prefix}PART VALUES (:id)"), {"id": "NOBODY"}),
    "a key is missing": (
        Change("INSERT INTO {prefix}THING (ID, NOTE) VALUES (:id, :note)"),
        {"id": None, "note": SECRET},
    ),
}


async def problem(doing: Awaitable[object]) -> Problem:
    with capture_logs() as lines, pytest.raises(Problem) as caught:
        await doing
    told = f"{caught.value.document} {caught.value.__cause__!r} {lines}"
    assert lines
    for word in (SECRET, "SELECT", "INSERT", "THING", "127.0.0.1", "strata_test"):
        assert word not in told
    return caught.value


def changing(change: Change, values: dict[str, Any]) -> Callable[[Transaction], Awaitable[int]]:
    return lambda transaction: transaction.run(change, **values)


@pytest.mark.parametrize("name", BAD_QUERIES)
async def test_a_query_that_the_database_does_not_know_is_for_an_operator(
    things: Database, name: str
) -> None:
    async with reached(things) as backend:
        told = await problem(backend.fetch("read", BAD_QUERIES[name], a=SECRET))
    assert isinstance(told, Misconfigured)


@pytest.mark.parametrize("name", BAD_CHANGES)
async def test_a_broken_rule_of_the_database_is_a_refusal(things: Database, name: str) -> None:
    work = changing(*BAD_CHANGES[name])
    async with reached(things) as backend:
        told = await problem(backend.transaction("add", work, repeatable=True))
    assert isinstance(told, Rejected)
    assert told.code == 422


async def test_a_taken_key_is_a_conflict_unless_the_vendor_knows_better(things: Database) -> None:
    work = changing(ADD, {"id": "TAKEN", "qty": 1, "note": SECRET})
    async with reached(things) as backend:
        await added(backend, TAKEN=1)
        told = await problem(backend.transaction("add", work, repeatable=True))
    assert (told.code, told.slug) == (409, "conflict")


@only_servers
async def test_a_text_too_long_is_refused_and_not_cut(things: Database) -> None:
    work = changing(ADD, {"id": "LONG", "qty": 1, "note": SECRET * 20})
    async with reached(things) as backend:
        told = await problem(backend.transaction("add", work, repeatable=True))
        assert await backend.fetch("read", ONE, id="LONG") == []
    assert isinstance(told, Rejected)


@pytest.mark.parametrize("things", ["mariadb"], indirect=True)
async def test_a_session_is_strict_whatever_the_server_is(things: Database) -> None:
    mode = Query("SELECT @@sql_mode AS A", as_it_is)
    async with reached(things) as backend:
        [row] = await backend.fetch("mode", mode)
    assert "STRICT_ALL_TABLES" in row["a"]


@only_servers
async def test_nobody_there_is_nothing_sent(things: Database) -> None:
    work = changing(ADD, {"id": "X", "qty": 1, "note": None})
    async with reached(things, port=1, timeout_seconds=0.5) as backend:
        told = await problem(backend.transaction("add", work, repeatable=False))
    assert told.code == 503
    assert isinstance(told.__cause__, Undone)


@only_servers
async def test_no_such_database_is_for_an_operator(things: Database) -> None:
    async with reached(things, database="nosuch") as backend:
        assert isinstance(await problem(backend.fetch("read", ONE, id="X")), Misconfigured)


@pytest.mark.parametrize("things", ["mariadb"], indirect=True)  # PostgreSQL trusts anybody here
async def test_a_refused_password_is_for_an_operator(things: Database) -> None:
    async with reached(things, password=SECRET) as backend:
        assert isinstance(await problem(backend.fetch("read", ONE, id="X")), Misconfigured)


@only_servers
async def test_a_server_without_tls_gets_no_password(things: Database) -> None:
    async with reached(things, tls=True) as backend:
        assert isinstance(await problem(backend.fetch("read", ONE, id="X")), Misconfigured)


@only_files
async def test_a_file_that_is_no_database_is_for_an_operator(
    things: Database, tmp_path: Any
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("dear diary, " * 100)
    async with reached(things, database=str(text)) as backend:
        assert isinstance(await problem(backend.fetch("read", ONE, id="X")), Misconfigured)
    async with reached(things, database=str(tmp_path / "new.db")) as backend:
        assert isinstance(await problem(backend.fetch("read", ONE, id="X")), Misconfigured)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "meaning", [Meaning.LOST, Meaning.GARBAGE, Meaning.TOO_LARGE, Meaning.FAILED]
)
def test_what_does_not_tell_whether_a_commit_happened_is_never_sent_again(meaning: Meaning) -> None:
    told = problem_of("the stock", Fault(meaning), Phase.COMMITTING)

    assert (told.code, told.slug) == (502, "connection-lost")
    assert not isinstance(told.__cause__, Undone)


def test_only_a_certificate_is_for_an_operator_not_encryption_that_breaks_off() -> None:
    assert meaning_of(ssl.SSLCertVerificationError(1, "self-signed"))[0] is Meaning.OPERATOR
    assert meaning_of(ssl.SSLError(1, "decryption failed"))[0] is Meaning.LOST


GREETINGS = {
    "nothing": b"",
    "HTTP": b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
    "noise": bytes(range(1, 200)) * 50,
}


@asynccontextmanager
async def greeting(words: bytes) -> AsyncIterator[int]:
    """Somebody who is no database."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await asyncio.wait([asyncio.ensure_future(reader.read(10))], timeout=0.2)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@only_servers
@pytest.mark.parametrize("words", GREETINGS)
async def test_somebody_who_is_no_database_ends_as_unavailable(
    things: Database, words: str
) -> None:
    async with (
        greeting(GREETINGS[words]) as port,
        reached(things, port=port, timeout_seconds=0.6) as backend,
    ):
        assert isinstance(await problem(backend.fetch("read", ONE, id="X")), Unavailable)
