"""Nights without a file, files that are wrong, a server that is gone, a process that is killed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime.problems import Misconfigured, Unavailable
from tests.connectors.inventory.committing import Commits
from tests.connectors.inventory.nightly import LAMP, Nightly, available, lines, nightly_at

NOWHERE = {"url": "sftp://127.0.0.1:9/"}


@pytest.fixture
async def nightly(tmp_path: Path) -> AsyncIterator[Nightly]:
    async with nightly_at(tmp_path) as nightly:
        yield nightly


def ebcdic(text: str) -> bytes:
    return text.encode("cp037")


def cut(content: bytes) -> bytes:
    return content[:-80]


def torn(content: bytes) -> bytes:
    return content[:-33]


def one_less(content: bytes) -> bytes:
    return content[:80] + content[160:]


def another_sum(content: bytes) -> bytes:
    return content.replace(ebcdic("0000700{EA "), ebcdic("0000800{EA "))


def in_ascii(content: bytes) -> bytes:
    return content.decode("cp037").encode("ascii")


def without_articles(content: bytes) -> bytes:
    trailer = ebcdic("T" + "0" * 9 + "0" * 9 + "0" * 14 + "{").ljust(80, ebcdic(" "))
    return content[:80] + trailer


def twice(content: bytes) -> bytes:
    """One article again, of which nothing is there, and counted."""
    at = content.index(ebcdic("CAM-1080P")) - 1
    again = content[at : at + 80]
    return content[:at] + again + content[at:].replace(ebcdic("T000000010"), ebcdic("T000000011"))


@pytest.mark.parametrize(
    "spoil", [cut, torn, one_less, another_sum, in_ascii, without_articles, twice]
)
async def test_a_file_that_does_not_fit_leaves_the_stock_as_it_was(
    nightly: Nightly, spoil: Callable[[bytes], bytes]
) -> None:
    ours = nightly.connector()
    before = await available(ours)
    nightly.warehouse.count(LAMP, 7)
    path = nightly.warehouse.night()
    path.write_bytes(spoil(path.read_bytes()))

    with capture_logs() as told:
        assert await available(ours) == before

    assert [line["outcome"] for line in told if line["event"] == "file_taken"] == ["failed"]
    assert nightly.stock_files("failed") == [path.name]
    nightly.warehouse.night()
    assert await available(ours) == 7


async def test_a_file_that_is_late_does_not_undo_a_newer_one(nightly: Nightly) -> None:
    ours = nightly.connector()
    nightly.warehouse.count(LAMP, 7)
    late = nightly.warehouse.night(datetime.now(UTC) + timedelta(minutes=1))
    late = late.rename(nightly.home / late.name)
    nightly.warehouse.count(LAMP, 9)
    nightly.warehouse.night(datetime.now(UTC) + timedelta(hours=1))
    assert await available(ours) == 9

    late.rename(nightly.home / "stock" / late.name)

    assert await available(ours) == 9
    assert len(nightly.stock_files("archive")) == 2


async def test_a_file_that_is_too_old_is_not_promised_from(nightly: Nightly) -> None:
    ours = nightly.connector()
    held = await ours.put_reservation("R-1", lines(lamp=1), 7 * 86400)
    nightly.ahead += timedelta(hours=31)

    for call in (ours.list_stock([LAMP]), ours.put_reservation("R-2", lines(lamp=1), 60)):
        with pytest.raises(Unavailable) as caught:
            await call
        assert (caught.value.code, caught.value.slug) == (503, "stale-stock")

    assert await ours.put_reservation("R-1", lines(lamp=1), 60) == held
    assert (await ours.commit_reservation("R-1")).status == "committed"


async def test_by_option_an_old_file_is_answered_from_with_a_warning(nightly: Nightly) -> None:
    ours = nightly.connector(when_too_old="answer")
    before = await available(ours)
    nightly.ahead += timedelta(hours=31)

    with capture_logs() as told:
        assert await available(ours) == before

    assert "stock_too_old" in [line["event"] for line in told]


async def test_the_age_is_by_the_warehouses_own_clock(nightly: Nightly) -> None:
    """Made at noon on its wall clock, half a day behind ours: twelve hours older than it looks."""
    ours = nightly.connector(time_zone="Pacific/Kiritimati", max_age_hours=12)

    with pytest.raises(Unavailable) as caught:
        await ours.list_stock([LAMP])

    assert caught.value.slug == "stale-stock"


async def test_before_the_first_file_nothing_can_be_promised(nightly: Nightly) -> None:
    for path in (nightly.home / "stock").glob("*.DAT"):
        path.unlink()
    ours = nightly.connector()

    with pytest.raises(Unavailable) as caught:
        await ours.list_stock([LAMP])

    assert caught.value.slug == "stale-stock"
    assert caught.value.document["retryAfter"] == 1


@pytest.mark.parametrize(
    ("wrong", "kind", "status"),
    [
        (NOWHERE, Unavailable, 503),
        ({"password": "not-the-one"}, Misconfigured, 502),
        ({"stock_folder": "elsewhere/again"}, Misconfigured, 502),
    ],
    ids=["nobody there", "refused credentials", "another folder"],
)
async def test_without_any_stock_the_caller_is_told_why(
    nightly: Nightly, wrong: dict[str, Any], kind: type[Unavailable], status: int
) -> None:
    with pytest.raises(kind) as caught:
        await nightly.connector(**wrong).list_stock([LAMP])

    assert caught.value.code == status


async def test_while_the_server_is_gone_last_nights_stock_answers(nightly: Nightly) -> None:
    first = nightly.connector()
    before = await available(first)
    await nightly.close(first)
    ours = nightly.connector(**NOWHERE, known_hosts="127.0.0.1 ssh-ed25519 " + "A" * 68)

    with capture_logs() as told:
        assert await available(ours) == before
        await ours.put_reservation("R-1", lines(lamp=1), 60)

    assert "stock_not_looked_up" in [line["event"] for line in told]


async def test_a_commit_the_server_was_gone_for_is_owed_and_sent(nightly: Nightly) -> None:
    first = nightly.connector()
    await first.put_reservation("R-1", lines(lamp=5), 900)
    await nightly.close(first)
    cut_off = nightly.connector(**NOWHERE)
    with pytest.raises(Unavailable):
        await cut_off.commit_reservation("R-1")
    assert (await cut_off.get_reservation("R-1")).status == "committed"
    await nightly.close(cut_off)
    assert nightly.orders() == []

    await available(nightly.connector())

    assert nightly.orders() == ["A"]


async def test_a_file_written_twice_allocates_once(nightly: Nightly) -> None:
    """A kill between the file and the note that it was sent; by then the warehouse had read it."""
    ours = nightly.connector()
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    await nightly.close(ours)
    nightly.warehouse.night()
    with closing(sqlite3.connect(nightly.book)) as book, book:
        book.execute("update hold set order_sent = 0")
    left = nightly.warehouse.free(LAMP)

    await available(again := nightly.connector())
    assert nightly.orders() == ["A"]
    nightly.warehouse.night()

    assert nightly.warehouse.free(LAMP) == await available(again) == left


async def test_killed_again_and_again_every_answered_commit_allocates_once(
    nightly: Nightly,
) -> None:
    """`kill -9` while reservations are made and committed; then the night."""
    before = await available(first := nightly.connector())
    await nightly.close(first)
    options, ours_dir = nightly.house.stand.options, nightly.data / "ours"
    answered: list[str] = []
    for life in range(5):
        commits = Commits(options, ours_dir, life)
        answered += await asyncio.to_thread(commits.killed_after, life + 1)
    ours = nightly.connector()
    statuses = {(await ours.get_reservation(name)).status for name in answered}
    promised = await available(ours)
    nightly.warehouse.night()

    assert len(answered) >= 5
    assert statuses == {"committed"}
    committed = len(nightly.warehouse.orders())
    assert committed >= len(answered)
    assert set(nightly.warehouse.orders().values()) == {"ALLOCATED"}
    assert nightly.warehouse.free(LAMP) == before - committed
    assert await available(ours) == promised
