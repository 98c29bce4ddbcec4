"""Stock from a nightly file and reservations of our own, against a warehouse behind real SFTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from runtime.problems import Rejected
from runtime.settings import SettingsError
from tests.connectors.inventory.nightly import DESK, LAMP, Nightly, available, lines, nightly_at


@pytest.fixture
async def nightly(tmp_path: Path) -> AsyncIterator[Nightly]:
    async with nightly_at(tmp_path) as nightly:
        yield nightly


async def test_what_is_blocked_is_known_and_not_to_be_had(nightly: Nightly) -> None:
    nightly.warehouse.count(DESK, 4, status="B")
    nightly.warehouse.night()

    assert await available(nightly.connector(), DESK) == 0


async def test_what_is_oversold_has_nothing_to_promise(nightly: Nightly) -> None:
    nightly.warehouse.count(DESK, -3)
    nightly.warehouse.night()

    assert await available(nightly.connector(), DESK) == 0


async def test_a_commit_is_taken_off_once_before_and_after_the_night(nightly: Nightly) -> None:
    ours = nightly.connector()
    before = await available(ours)
    await ours.put_reservation("R-1", lines(lamp=5), 900)

    await ours.commit_reservation("R-1")
    assert await available(ours) == before - 5
    nightly.warehouse.night()

    assert await available(ours) == before - 5
    assert nightly.warehouse.free(LAMP) == before - 5
    nightly.warehouse.night()
    assert await available(ours) == before - 5


async def test_a_commit_the_night_missed_stays_taken_off(nightly: Nightly) -> None:
    """Its file was written while the warehouse was at it: no clock would have told."""
    ours = nightly.connector()
    before = await available(ours)
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    (order,) = (nightly.home / "orders").glob("A*.DAT")
    aside = order.rename(nightly.home / order.name)
    nightly.warehouse.night()

    assert await available(ours) == before - 5

    aside.rename(order)
    nightly.warehouse.night()
    assert await available(ours) == before - 5


async def test_an_order_file_is_written_once(nightly: Nightly) -> None:
    ours = nightly.connector()
    await ours.put_reservation("R-1", lines(lamp=1, desk=2), 900)

    first = await ours.commit_reservation("R-1")
    assert await ours.commit_reservation("R-1") == first

    assert nightly.orders() == ["A"]
    nightly.warehouse.night()
    assert list(nightly.warehouse.orders().values()) == ["ALLOCATED"]
    await ours.commit_reservation("R-1")
    assert nightly.orders() == []


async def test_a_commit_taken_back_before_the_night_allocates_nothing(nightly: Nightly) -> None:
    ours = nightly.connector()
    before = await available(ours)
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")

    await ours.release_reservation("R-1")
    assert await available(ours) == before
    assert nightly.orders() == ["A", "X"]
    nightly.warehouse.night()

    assert nightly.warehouse.free(LAMP) == before
    assert await available(ours) == before


async def test_a_commit_taken_back_after_the_night_is_given_back_once(nightly: Nightly) -> None:
    ours = nightly.connector()
    before = await available(ours)
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    nightly.warehouse.night()
    assert await available(ours) == before - 5

    await ours.release_reservation("R-1")
    assert await available(ours) == before
    nightly.warehouse.night()

    assert await available(ours) == before
    assert list(nightly.warehouse.orders().values()) == ["CANCELLED"]


async def test_goods_that_left_are_not_released(nightly: Nightly) -> None:
    ours = nightly.connector()
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    nightly.warehouse.night()
    nightly.warehouse.ship()
    nightly.warehouse.night()
    left = await available(ours)

    with pytest.raises(Rejected) as caught:
        await ours.release_reservation("R-1")

    assert (caught.value.code, caught.value.slug) == (409, "shipped")
    assert (await ours.get_reservation("R-1")).status == "committed"
    assert (await available(ours), nightly.orders()) == (left, [])


async def test_a_release_that_came_too_late_gives_nothing_back_and_is_told(
    nightly: Nightly,
) -> None:
    ours = nightly.connector()
    before = await available(ours)
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    nightly.warehouse.night()
    await available(ours)
    nightly.warehouse.ship()
    await ours.release_reservation("R-1")
    nightly.warehouse.night()

    with capture_logs() as told:
        assert await available(ours) == before - 5

    assert [line["cancellation"] for line in told if line["event"] == "order_refused"] == [True]


async def test_an_order_the_warehouse_refused_is_told_and_takes_nothing_off(
    nightly: Nightly,
) -> None:
    ours = nightly.connector()
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    nightly.warehouse.count(LAMP, 3)
    nightly.warehouse.night()

    with capture_logs() as told:
        assert await available(ours) == 3

    refused = [line for line in told if line["event"] == "order_refused"]
    assert [(line["log_level"], line["reservation"]) for line in refused] == [("error", "R-1")]


async def test_a_hold_ends_by_itself_and_may_be_had_anew(nightly: Nightly) -> None:
    ours = nightly.connector()
    before = await available(ours)
    await ours.put_reservation("R-1", lines(lamp=5), 60)
    nightly.ahead += timedelta(seconds=61)

    assert (await ours.get_reservation("R-1")).status == "expired"
    assert await available(ours) == before
    with pytest.raises(Rejected) as caught:
        await ours.commit_reservation("R-1")
    assert (caught.value.code, caught.value.slug) == (409, "expired")

    assert (await ours.put_reservation("R-1", lines(lamp=5), 60)).status == "held"
    assert await available(ours) == before - 5


async def test_a_release_without_a_hold_is_final(nightly: Nightly) -> None:
    ours = nightly.connector()
    await ours.release_reservation("R-1")

    with pytest.raises(Rejected) as caught:
        await ours.put_reservation("R-1", lines(lamp=1), 60)

    assert (caught.value.code, caught.value.slug) == (409, "released")


async def test_the_book_outlives_the_process(nightly: Nightly) -> None:
    first = nightly.connector()
    before = await available(first)
    held = await first.put_reservation("R-1", lines(lamp=5), 900)
    await nightly.close(first)

    second = nightly.connector()
    assert await second.get_reservation("R-1") == held
    assert await available(second) == before - 5


async def test_a_folder_that_is_mounted_will_do(nightly: Nightly) -> None:
    away = {"user": "", "password": None, "known_hosts": ""}
    ours = nightly.connector(url=f"file://{nightly.home}", **away)
    await ours.put_reservation("R-1", lines(lamp=5), 900)
    await ours.commit_reservation("R-1")
    nightly.warehouse.night()

    assert await available(ours) == 70


async def test_a_second_process_on_one_book_does_not_start(nightly: Nightly) -> None:
    nightly.connector()

    with pytest.raises(SettingsError, match=r"data_dir: .* is in use by process \d+"):
        nightly.connector()
