"""Tryton's words in ours and back, without a Tryton; tests/real/tryton has the real one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.inventory import refuse_short
from connectors.inventory.tryton import refusals, shipments, stock
from connectors.inventory.tryton.shipments import HOLDS, SHIPMENTS, Hold, Shipment
from connectors.inventory.tryton.tags import RELEASED, UNTIL, VOID, Tag
from contracts.models.canonical import OrderLine
from runtime.problems import Misconfigured, Missing, Rejected

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


def test_a_tag_is_read_as_it_was_written() -> None:
    tag = Tag("R-1", RELEASED, NOON)

    assert str(tag) == "R-1 released 2026-11-21T12:00:00Z"
    assert Tag.of(str(tag)) == tag


def test_a_hold_is_never_shorter_than_promised() -> None:
    assert Tag.held("R-1", NOON).until == NOON
    assert Tag.held("R-1", NOON + timedelta(microseconds=1)).until == NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    "reference", ["", "R-1", "R-1 until tomorrow", "R-1 until", "R 1 until 2026-11-21T12:00:00Z"]
)
def test_what_a_person_wrote_is_no_tag(reference: str) -> None:
    tag = Tag.of(reference)

    assert (tag.reservation_id, tag.word) == ("", VOID)
    assert tag.until > LATER


def shipment(state: str, word: str, until: datetime) -> Shipment:
    row = {"id": 1, "state": state, "_timestamp": "1.5", "reference": str(Tag("R-1", word, until))}
    return SHIPMENTS.made_of(row)


@pytest.mark.parametrize(
    ("state", "word", "status_before", "status_after"),
    [
        ("draft", UNTIL, None, None),
        ("waiting", UNTIL, None, None),
        ("assigned", UNTIL, "held", "expired"),
        ("picked", UNTIL, "committed", "committed"),
        ("packed", UNTIL, "committed", "committed"),
        ("shipped", UNTIL, "committed", "committed"),
        ("done", UNTIL, "committed", "committed"),
        ("cancelled", UNTIL, "released", "expired"),
        ("draft", RELEASED, "released", "released"),
        ("assigned", RELEASED, "released", "released"),
        ("picked", RELEASED, "released", "released"),
        ("cancelled", RELEASED, "released", "released"),
        ("done", RELEASED, "committed", "committed"),
    ],
)
def test_a_state_and_a_tag_are_a_status_before_and_after_the_moment(
    state: str, word: str, status_before: str | None, status_after: str | None
) -> None:
    assert shipment(state, word, LATER).status(NOON) == status_before
    assert shipment(state, word, NOON).status(NOON) == status_after


def move(id_: int, sku: str, quantity: float, state: str = "draft") -> dict[str, Any]:
    product = {"id": 1, "code": sku}
    return {"id": id_, "product.": product, "quantity": quantity, "state": state}


def hold(id_: int = 1, state: str = "assigned", word: str = UNTIL, **more: Any) -> Hold:
    row = {"id": id_, "state": state, "_timestamp": "1.5"}
    row |= {"reference": str(Tag("R-1", word, LATER)), "inventory_moves.": []}
    row |= {"outgoing_moves.": [move(12, "DOCK", 1.0), move(10, "DESK", 2.0), move(11, "DOCK", 3)]}
    return HOLDS.made_of(row | more)


def test_the_lines_are_told_in_the_order_asked() -> None:
    told = shipments.reservation(hold(), NOON)

    assert [(line.sku, line.quantity) for line in told.lines] == [
        ("DESK", 2),
        ("DOCK", 3),
        ("DOCK", 1),
    ]
    assert told.expires_at == LATER


@pytest.mark.parametrize(("state", "expires"), [("assigned", LATER), ("picked", None)])
def test_only_what_is_held_expires(state: str, expires: datetime | None) -> None:
    assert shipments.reservation(hold(state=state), NOON).expires_at == expires


def test_an_unfinished_hold_is_none() -> None:
    with pytest.raises(Missing):
        shipments.reservation(hold(state="waiting"), NOON)


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([("assigned", UNTIL)], 0),
        ([("draft", UNTIL), ("draft", UNTIL)], 0),
        ([("cancelled", UNTIL), ("assigned", UNTIL)], 1),
        ([("cancelled", UNTIL), ("cancelled", UNTIL)], 1),
        ([("cancelled", RELEASED), ("draft", UNTIL)], 0),
    ],
)
def test_of_several_shipments_one_is_the_reservation(
    found: list[tuple[str, str]], chosen: int
) -> None:
    holds = [hold(id_, state, word) for id_, (state, word) in enumerate(found)]

    assert shipments.chosen(holds).id == chosen


def test_of_none_there_is_no_reservation() -> None:
    with pytest.raises(Missing):
        shipments.chosen([])


def test_what_was_void_or_has_another_id_never_stood() -> None:
    void, other = hold(word=VOID), hold(reference="r-1 until 2026-11-21T12:15:00Z")

    assert shipments.standing([void, other, ours := hold()], "R-1") == [ours]


def test_a_wildcard_in_an_id_stands_for_itself() -> None:
    assert shipments.under("R_1") == [["reference", "like", r"R\_1 %"]]


def lines(*wanted: tuple[str, int]) -> list[OrderLine]:
    return [OrderLine(sku=sku, quantity=quantity) for sku, quantity in wanted]


def test_a_product_is_short_by_all_its_lines_together() -> None:
    with pytest.raises(Rejected) as caught:
        refuse_short(
            lines(("DOCK", 2), ("DESK", 1), ("DOCK", 2), ("CAM", 1)), {"DOCK": 3, "DESK": 1}
        )

    assert (caught.value.code, caught.value.slug) == (409, "out-of-stock")
    assert caught.value.document["errors"] == [
        {"pointer": "#/lines/0/quantity", "detail": "3 available"},
        {"pointer": "#/lines/2/quantity", "detail": "3 available"},
        {"pointer": "#/lines/3/quantity", "detail": "0 available"},
    ]


def test_what_was_assigned_is_counted_over_all_moves() -> None:
    states = [(3.0, "assigned"), (1.0, "assigned"), (1.0, "draft")]
    moves = [
        move(20 + n, "DOCK", *quantity_and_state) for n, quantity_and_state in enumerate(states)
    ]
    inside: dict[str, Any] = {"inventory_moves.": moves}

    assert hold(**inside).assigned == {"DOCK": 4}


def test_the_same_lines_in_another_order_are_the_same() -> None:
    refusals.refuse_other_lines(hold(), lines(("DOCK", 4), ("DESK", 2)))

    with pytest.raises(Rejected):
        refusals.refuse_other_lines(hold(), lines(("DOCK", 3), ("DESK", 2)))


@pytest.mark.parametrize(("quantity", "available"), [(4.0, 4), (-2.0, 0), (None, 0), (2.7, 2)])
def test_stock_is_what_can_be_promised_in_whole_pieces(
    quantity: float | None, available: int
) -> None:
    row = {"id": 1, "code": "DESK", "default_uom": 1, "quantity": quantity}

    assert stock.ARTICLES.made_of(row).available == available


def test_a_company_without_an_address_is_for_an_operator() -> None:
    with pytest.raises(Misconfigured):
        stock.COMPANIES.made_of({"party.": {"id": 1, "addresses": []}, "currency": 1})
