"""Connections that break: what is safe is done again, and what is unknown is said to be."""

from collections.abc import Awaitable, Callable
from time import monotonic

import pytest
from sqlalchemy import text

from connectors.protocols.sql.transaction import Transaction
from runtime.problems import Unavailable
from tests.connectors.databases import Database
from tests.connectors.protocols.sql.material import ADD, ONE, added, only_servers, reached
from tests.connectors.wire import Fate, wire

pytestmark = only_servers

COMMIT = {"postgresql": b"COMMIT;", "mariadb": b"\x03COMMIT"}
"""On the wire."""
END_ALL = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist"
    " WHERE db = DATABASE() AND id <> connection_id()",
}


def adding(name: str) -> Callable[[Transaction], Awaitable[int]]:
    return lambda transaction: transaction.run(ADD, id=name, qty=1, note=None)


async def end_all(things: Database) -> None:
    """As a restart does, of the server or of something in between."""
    async with things.engine.connect() as connection:
        others = (await connection.execute(text(END_ALL[things.kind]))).all()
        for (other,) in others if things.kind == "mariadb" else ():
            await connection.exec_driver_sql(f"KILL {other:d}")


async def told_of_a_commit(things: Database, name: str, fate: Fate) -> Unavailable:
    host, port = things.options["host"], things.options["port"]
    async with (
        wire(host, port) as broken,
        reached(things, port=broken.local, timeout_seconds=0.7) as backend,
    ):
        await backend.fetch("read", ONE, id=name)  # opening a connection commits as well
        broken.fates.append((COMMIT[things.kind], fate))
        with pytest.raises(Unavailable) as caught:
            await backend.transaction("add", adding(name), repeatable=False)
    return caught.value


async def kept(things: Database, name: str) -> bool:
    async with reached(things) as backend:
        return bool(await backend.fetch("read", ONE, id=name))


async def test_what_never_arrived_is_sent_again(things: Database) -> None:
    host, port = things.options["host"], things.options["port"]
    async with (
        wire(host, port, (b"INSERT INTO THING", "cut before")) as broken,
        reached(things, port=broken.local) as backend,
    ):
        assert await backend.transaction("add", adding("LO1"), repeatable=False) == 1


async def test_what_was_done_but_not_committed_is_done_again(things: Database) -> None:
    host, port = things.options["host"], things.options["port"]
    async with (
        wire(host, port, (b"INSERT INTO THING", "cut after")) as broken,
        reached(things, port=broken.local) as backend,
    ):
        assert await backend.transaction("add", adding("LO2"), repeatable=False) == 1


async def test_a_connection_lost_in_a_commit_leaves_the_outcome_open(things: Database) -> None:
    told = await told_of_a_commit(things, "LO3", "cut after")

    assert (told.code, told.slug) == (502, "connection-lost")
    assert await kept(things, "LO3")


async def test_silence_in_a_commit_ends_in_time_with_the_outcome_open(things: Database) -> None:
    started = monotonic()
    told = await told_of_a_commit(things, "LO4", "dead")

    assert (told.code, told.slug) == (504, "no-answer")
    assert monotonic() - started < 10  # closing may wait for a dead connection
    assert await kept(things, "LO4")


async def test_a_restart_of_the_database_is_survived(things: Database) -> None:
    async with reached(things, max_connections=2) as backend:
        await added(backend, LO5=1)
        await end_all(things)
        assert await backend.transaction("add", adding("LO6"), repeatable=False) == 1
        await end_all(things)
        assert await backend.fetch("read", ONE, id="LO6")
