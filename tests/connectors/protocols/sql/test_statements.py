"""A value never becomes SQL, in any of the databases."""

import ast
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import connectors
from connectors.protocols.sql.backend import SqlBackend
from connectors.protocols.sql.statements import Query
from connectors.protocols.sql.transaction import Transaction
from runtime.problems import Misconfigured, Unavailable
from tests.connectors.databases import Database
from tests.connectors.protocols.sql.material import (
    ADD,
    BY_NOTE,
    ONE,
    SOME,
    added,
    as_it_is,
    reached,
)

NASTY = (
    "'; DROP TABLE THING; --",
    "' OR '1'='1",
    "\\' OR 1=1 -- ",
    "\\",
    "%s :id {prefix} $1 ?",
    '"`',
    "line\nline\ttab",
    "Weiß 😀 Łódź",
)


@pytest.fixture
async def backend(things: Database) -> AsyncIterator[SqlBackend]:
    async with reached(things) as backend:
        yield backend


@pytest.mark.parametrize("note", NASTY)
async def test_any_text_is_only_a_text(backend: SqlBackend, note: str) -> None:
    name = f"N{NASTY.index(note)}"

    async def work(transaction: Transaction) -> None:
        await transaction.run(ADD, id=name, qty=1, note=note)

    await backend.transaction("add", work, repeatable=False)

    [row] = await backend.fetch("read", ONE, id=name)
    assert row["note"] == note
    found = await backend.fetch("find", BY_NOTE, note=note)
    assert [row["id"].strip() for row in found] == [name]


async def test_what_is_asked_for_is_found_however_it_is_padded(backend: SqlBackend) -> None:
    await added(backend, P1=1, P2=2)

    found = await backend.fetch("find", SOME, ids=["P1", "P2", "P3"])

    assert [row["id"].strip() for row in found] == ["P1", "P2"]
    assert await backend.fetch("find", SOME, ids=[]) == []


async def test_decimals_and_null_come_back_as_they_went(backend: SqlBackend) -> None:
    await added(backend, D1=Decimal("12345678.901"), D2=None)

    [one], [none] = [await backend.fetch("read", ONE, id=name) for name in ("D1", "D2")]

    assert Decimal(str(one["qty"])) == Decimal("12345678.901")
    assert (none["qty"], none["note"]) == (None, None)


async def test_a_prefix_goes_before_every_table(things: Database) -> None:
    async with reached(things, prefix="P9_") as backend:
        with pytest.raises(Misconfigured):
            await backend.fetch("read", ONE, id="X")
    schema = {"postgresql": "public.", "mariadb": things.options["database"] + "."}
    async with reached(things, prefix=schema.get(things.kind, "main.")) as backend:
        assert await backend.fetch("read", ONE, id="X") == []


def statements() -> Iterator[tuple[Path, ast.Call]]:
    root = Path(connectors.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            if isinstance(node, ast.Call) and getattr(called, "id", "") in {"Query", "Change"}:
                yield path, node


def test_every_statement_is_a_text_in_the_source() -> None:
    """Not one that is put together; another statement's text may be said again."""
    found = list(statements())

    assert found
    for path, call in found:
        text = call.args[0]
        again = isinstance(text, ast.Attribute) and text.attr == "text"
        assert again or isinstance(text, ast.Constant), f"{path}:{call.lineno}"


async def test_a_text_cannot_hold_two_statements(backend: SqlBackend) -> None:
    two = Query("SELECT 1 AS A; DROP TABLE {prefix}PART", as_it_is)

    with pytest.raises(Unavailable):
        await backend.fetch("two", two)
