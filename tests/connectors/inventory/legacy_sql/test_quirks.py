"""The warehouse's quirks, each in a database of each kind."""

from typing import Any

import pytest
from sqlalchemy import text

from connectors.inventory.legacy_sql import Connector, stock
from contracts.models.canonical import OrderLine
from runtime.problems import Missing, Rejected, Unavailable
from sandbox.legacy_warehouse import others
from tests.connectors.inventory.legacy_sql.material import Connect, Hand, available, lines
from tests.connectors.legacy_warehouses import House


async def change(house: House, statement: str, **values: Any) -> None:
    async with house.inside() as connection:
        await connection.execute(text(statement), values)


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_blocked_is_known_with_nothing_to_be_had_and_deleted_is_unknown(
    warehouse: Connector,
) -> None:
    found = await warehouse.list_stock(["DOCK-TB3", "LAMP-HALO", "TAPE-GAFFER", "KB-ISO-DE"])

    assert [(item.sku, item.available) for item in found.items] == [
        ("DOCK-TB3", 0),
        ("KB-ISO-DE", 40),
    ]
    assert found.unknown == ["LAMP-HALO", "TAPE-GAFFER"]
    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation("R-blocked", lines(DOCK_TB3=1), 900)
    assert refused(caught) == (409, "out-of-stock")


async def test_an_article_is_found_by_its_own_number_only(warehouse: Connector) -> None:
    strange = ["kb-iso-de", "KB-ISO", "KB-ISO-DE-AND-MORE-THAN-18", "KB_ISO_DE"]

    found = await warehouse.list_stock([*strange, "KB-ISO-DE", "KB-ISO-DE"])

    assert [item.sku for item in found.items] == ["KB-ISO-DE"]
    assert found.unknown == strange
    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation("R-strange", [OrderLine(sku=strange[2], quantity=1)], 900)
    assert refused(caught) == (422, "unknown-sku")


async def test_quarantine_and_places_not_ours_are_not_promised(connect: Connect) -> None:
    main, both, third = [
        await available(await connect(locations=places), "DOCK-TB4")
        for places in (["MAIN"], ["OVER", "MAIN"], ["MAIN", "OVER", "QUAR"])
    ]

    assert (main, both, third) == (17, 22, 25)


async def test_a_line_may_draw_on_several_places_and_comes_back_as_one(
    warehouse: Connector, house: House
) -> None:
    asked = lines(CHAIR_MESH=6)

    held = await warehouse.put_reservation("R-chairs", asked, 900)

    try:
        assert held.lines == asked
        assert (await warehouse.get_reservation("R-chairs")).lines == asked
        drawn = "SELECT LOC_CD, QTY FROM ALLOCLIN WHERE EXT_REF = 'R-chairs' ORDER BY 1"
        assert [(place.strip(), int(qty)) for place, qty in await house.rows(drawn)] == [
            ("MAIN", 5),
            ("OVER", 1),
        ]
    finally:
        await warehouse.release_reservation("R-chairs")


async def test_only_whole_pieces_are_promised(warehouse: Connector, house: House) -> None:
    half = "UPDATE STOCKBAL SET PICKED = :qty WHERE ITEM_NO = :item AND LOC_CD = 'MAIN'"
    item = "MON-27-4K".ljust(18)

    await change(house, half, qty=0.5, item=item)
    try:
        assert await available(warehouse, "MON-27-4K") == 17
        await change(house, half, qty=300, item=item)
        assert await available(warehouse, "MON-27-4K") == 4, "below zero in one place only"
    finally:
        await change(house, half, qty=0, item=item)


async def test_a_hold_ends_by_itself_and_may_be_had_again(
    warehouse: Connector, clock: Hand
) -> None:
    asked = lines(DESK_SIT_160=4)
    await warehouse.put_reservation("R-lapse", asked, 60)
    clock.passes(59)
    assert await available(warehouse, "DESK-SIT-160") == 0
    clock.passes(1)

    assert await available(warehouse, "DESK-SIT-160") == 4
    assert (await warehouse.get_reservation("R-lapse")).status == "expired"
    with pytest.raises(Rejected) as caught:
        await warehouse.commit_reservation("R-lapse")
    assert refused(caught) == (409, "expired")
    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation("R-lapse", lines(DESK_SIT_160=3), 60)
    assert refused(caught) == (409, "conflict")

    again = await warehouse.put_reservation("R-lapse", asked, 60)
    assert (again.status, again.lines) == ("held", asked)
    assert await available(warehouse, "DESK-SIT-160") == 0
    await warehouse.release_reservation("R-lapse")
    assert await available(warehouse, "DESK-SIT-160") == 4


async def test_a_release_that_came_first_is_final(warehouse: Connector) -> None:
    await warehouse.release_reservation("R-tomb")

    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation("R-tomb", lines(KB_ISO_DE=1), 900)

    assert refused(caught) == (409, "released")
    assert (await warehouse.get_reservation("R-tomb")).lines == []


async def test_a_release_takes_back_until_the_goods_are_picked(
    warehouse: Connector, house: House
) -> None:
    before = await available(warehouse, "KB-ANSI-US")
    await warehouse.put_reservation("R-picked", lines(KB_ANSI_US=5), 900)
    await warehouse.commit_reservation("R-picked")

    for program in (others.pick, others.night_batch):
        async with house.inside() as connection:
            await program(connection, house.database.lock)
        with pytest.raises(Rejected) as caught:
            await warehouse.release_reservation("R-picked")
        assert refused(caught) == (409, "shipped")
        assert await available(warehouse, "KB-ANSI-US") == before - 5
        assert (await warehouse.commit_reservation("R-picked")).status == "committed"


async def test_letter_case_never_mixes_two_reservations_up(
    warehouse: Connector, house: House
) -> None:
    await warehouse.put_reservation("R-Case", lines(KB_ISO_DE=1), 900)

    with pytest.raises(Missing):
        await warehouse.get_reservation("r-case")
    if house.database.kind == "mariadb":
        for call in (
            warehouse.put_reservation("r-case", lines(KB_ISO_DE=1), 900),
            warehouse.release_reservation("r-case"),
        ):
            with pytest.raises(Rejected) as caught:
                await call
            assert refused(caught) == (409, "conflict")
    else:
        await warehouse.release_reservation("r-case")
    assert (await warehouse.get_reservation("R-Case")).status == "held"
    await warehouse.release_reservation("R-Case")


async def test_allocations_of_others_count_and_are_not_ours(
    warehouse: Connector, house: House
) -> None:
    before = await available(warehouse, "MS-ERGO-01")

    async with house.inside() as connection:
        assert await others.order_by_telephone(
            connection, house.database.lock, "4711", "MS-ERGO-01", 3
        )

    assert await available(warehouse, "MS-ERGO-01") == before - 3
    with pytest.raises(Missing):
        await warehouse.get_reservation("4711")


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("STATUS_CD", "?"),
        ("VALID_TO", 20269999000000),
        ("VALID_TO", 10101000000),
        ("VALID_TO", 0),
        ("QTY", 5000),
    ],
)
async def test_an_allocation_that_means_nothing_is_a_bad_answer(
    warehouse: Connector, house: House, column: str, wrong: object
) -> None:
    await warehouse.put_reservation("R-odd", lines(KB_ISO_DE=1), 900)
    set_wrong = {
        "STATUS_CD": "UPDATE ALLOCHDR SET STATUS_CD = :wrong WHERE EXT_REF = 'R-odd'",
        "VALID_TO": "UPDATE ALLOCHDR SET VALID_TO = :wrong WHERE EXT_REF = 'R-odd'",
        "QTY": "UPDATE ALLOCLIN SET QTY = :wrong WHERE EXT_REF = 'R-odd'",
    }
    await change(house, set_wrong[column], wrong=wrong)
    try:
        for call in (warehouse.get_reservation, warehouse.commit_reservation):
            with pytest.raises(Unavailable) as caught:
                await call("R-odd")
            assert caught.value.slug == "bad-answer"
    finally:
        async with house.inside() as connection:
            await connection.exec_driver_sql("DELETE FROM ALLOCLIN WHERE EXT_REF = 'R-odd'")
            await connection.exec_driver_sql("DELETE FROM ALLOCHDR WHERE EXT_REF = 'R-odd'")


def test_every_letter_of_an_article_is_told_in_our_words() -> None:
    assert stock.STATUS == {"A": "active", "B": "blocked", "X": "deleted"}
