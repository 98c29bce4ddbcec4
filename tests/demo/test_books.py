"""What each backend has on record, read in its own words."""

from typing import Any

import pytest

from sandbox.demo import localstripe, simulated, tryton
from sandbox.demo.books import Entry

INTENT: dict[str, Any] = {
    "id": "pi_1",
    "amount": 9998,
    "amount_received": 0,
    "status": "requires_capture",
    "metadata": {"reference": "ord_1"},
    "refunds": [],
    "last_payment_error": None,
    "latest_charge": {"captured": False, "amount_refunded": 0},
}
TAKEN = {"status": "succeeded", "amount_received": 9998}
CAPTURED = {"latest_charge": {"captured": True, "amount_refunded": 0}}
DECLINED = {"last_payment_error": {"code": "card_declined"}}


@pytest.mark.parametrize(
    ("change", "means", "minor"),
    [
        ({}, "authorised", 9998),
        (TAKEN, "taken", 9998),
        (TAKEN | {"refunds": [{"amount": 9998}]}, "taken", 0),
        ({"status": "canceled"}, "let go", 9998),
        ({"status": "canceled"} | DECLINED, "refused", 9998),
        ({"status": "requires_payment_method"} | DECLINED, "refused", 9998),
    ],
)
def test_a_payment_of_the_sandbox(change: dict[str, Any], means: str, minor: int) -> None:
    [entry] = simulated.payments({"intents": [INTENT | change]}, "ord_1")
    assert (entry.means, entry.minor) == (means, minor)


@pytest.mark.parametrize(
    ("change", "means"),
    [
        ({}, "authorised"),
        (TAKEN | CAPTURED, "taken"),
        # It says canceled, and has the money.
        ({"status": "canceled"} | CAPTURED, "taken"),
        ({"status": "canceled"}, "let go"),
        ({"status": "requires_payment_method", "latest_charge": None} | DECLINED, "refused"),
    ],
)
def test_a_payment_of_localstripe(change: dict[str, Any], means: str) -> None:
    [entry] = localstripe.payments([INTENT | change], "ord_1")
    assert entry.means == means


@pytest.mark.parametrize(
    "read", [localstripe.payments, lambda i, o: simulated.payments({"intents": i}, o)]
)
def test_a_spent_key_is_no_payment_unless_it_is_live(read: Any) -> None:
    placeholder = {"metadata": {"reference": "ord_1", "placeholder": "true"}}
    others = INTENT | {"metadata": {"reference": "ord_2"}}
    assert read([INTENT | placeholder | {"status": "canceled"}, others], "ord_1") == []
    assert len(read([INTENT | placeholder], "ord_1")) == 1


def test_an_order_of_the_sandbox() -> None:
    order = {
        "OrderNo": "4500000001",
        "ExtRef": "ord_1",
        "Status": "20",
        "NetTotal": "99.98",
        "Lines": [{"MatNo": "LAMP-LED-A1", "Qty": "2.000"}],
    }
    found = simulated.orders({"orders": [order, order | {"ExtRef": "ord_2"}]}, "ord_1")
    assert found == [Entry("ERP", "4500000001", "20", "confirmed", {"LAMP-LED-A1": 2}, 9998)]


def test_a_hold_of_the_sandbox() -> None:
    lines = [{"article": "LAMP-LED-A1", "qty": 2}]
    held = {"holds": {"ord_1": {"status": "HELD", "lines": lines}, "ord_2": {"lines": []}}}
    found = simulated.holds(held, "ord_1")
    assert found == [Entry("warehouse", "hold", "HELD", "held", {"LAMP-LED-A1": 2})]
    assert simulated.holds(held, "ord_2") == simulated.holds(held, "ord_3") == []


def test_a_sale_of_tryton() -> None:
    row = {
        "number": "7",
        "reference": "ord_1",
        "state": "processing",
        "total_amount": {"__class__": "Decimal", "decimal": "99.9800"},
        "lines.": [{"product.": {"code": "LAMP-LED-A1"}, "quantity": 2.0}],
    }
    lines = {"LAMP-LED-A1": 2}
    assert tryton.sale(row) == Entry(
        "Tryton sale", "7 [ord_1]", "processing", "confirmed", lines, 9998
    )


@pytest.mark.parametrize(
    ("state", "means"),
    [
        # Begun and not undone: part of the goods may be set aside.
        ("waiting", "held"),
        ("assigned", "held"),
        ("picked", "allocated"),
        ("cancelled", "released"),
    ],
)
def test_a_shipment_of_tryton(state: str, means: str) -> None:
    entry = tryton.shipment({"number": None, "state": state, "outgoing_moves.": []})
    assert (entry.number, entry.means) == ("(draft)", means)
