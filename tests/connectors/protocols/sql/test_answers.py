"""An answer is whole and fits, or it is a bad one: not cut, and not waited for to its end."""

from decimal import Decimal

import pytest

from connectors.protocols.sql.statements import Query
from connectors.protocols.sql.values import decimal
from runtime.problems import Unavailable
from tests.connectors.databases import Database
from tests.connectors.faults.bad_days import MEMORY, memory
from tests.connectors.protocols.sql.material import (
    ONE,
    added,
    as_it_is,
    only_files,
    only_servers,
    reached,
)

MANY = Query(
    "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N WHERE I < 900) SELECT I FROM N",
    as_it_is,
)


async def test_one_row_too_many_is_refused_and_not_cut(things: Database) -> None:
    async with reached(things, max_rows=900, max_connections=1) as backend:
        assert len(await backend.fetch("many", MANY)) == 900
    async with reached(things, max_rows=899, max_connections=1) as backend:
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("many", MANY)
        assert caught.value.slug == "bad-answer"
        assert await backend.fetch("read", ONE, id="NOBODY") == []


@pytest.mark.filterwarnings("ignore:Previous unbuffered")  # as an error it would end the waiting
@pytest.mark.parametrize("things", ["mariadb"], indirect=True)
async def test_nobody_waits_for_the_rest_of_an_answer_that_is_refused(things: Database) -> None:
    slow = Query("SELECT IF(seq <= 5000, 0, SLEEP(0.1)) AS A FROM seq_1_to_9999", as_it_is)
    async with reached(things, max_rows=100, timeout_seconds=2) as backend:
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("slow", slow)
    assert caught.value.slug == "bad-answer"


async def test_a_cell_too_large_is_refused(things: Database) -> None:
    huge = {
        "postgresql": "SELECT repeat('x', 1000001) AS A",
        "mariadb": "SELECT repeat('x', 1000001) AS A",
        "sqlite": "SELECT hex(zeroblob(500001)) AS A",
    }
    async with reached(things) as backend:
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("huge", Query(huge[things.kind], as_it_is))
    assert caught.value.slug == "bad-answer"


@only_servers
async def test_an_answer_too_large_is_not_read_to_its_end(things: Database) -> None:
    huge = Query(
        "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N WHERE I < 60)"
        " SELECT repeat('x', 900000) AS A FROM N",
        as_it_is,
    )
    async with reached(things, timeout_seconds=20, max_connections=1) as backend:
        await backend.fetch("read", ONE, id="NOBODY")
        before = memory()
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("huge", huge)
        assert memory() - before < MEMORY
        assert caught.value.slug == "bad-answer"
        assert await backend.fetch("read", ONE, id="NOBODY") == []


async def test_a_row_that_cannot_be_read_is_a_bad_answer(things: Database) -> None:
    reading = Query(ONE.text, lambda row: decimal(row["note"]), padded=ONE.padded)
    async with reached(things) as backend:
        await added(backend, BR1=Decimal("1.5"))
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("read", reading, id="BR1")
    assert caught.value.slug == "bad-answer"


@only_files
async def test_letters_of_another_charset_are_a_bad_answer(things: Database) -> None:
    wrong = Query("SELECT CAST(x'57656ae9' AS TEXT) AS A", as_it_is)
    async with reached(things) as backend:
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("read", wrong)
    assert caught.value.slug == "bad-answer"
