"""Ordering again: what is taken over from the order of then, and how a refusal is told."""

from contracts.models.canonical import Money, PaymentMethod, WantedLine
from contracts.models.process.orders.v1 import NewOrder, RepeatOrder
from process_apis.orders.repeating import name_products, repeated
from runtime.problems import Rejected, at

EUR = Money(amount="9.90", currency="EUR")
THEN = NewOrder(
    customer_id="C-1",
    currency="EUR",
    lines=[WantedLine(sku="A-1", quantity=1), WantedLine(sku="B-2", quantity=3, unit_price=EUR)],
    payment=PaymentMethod(token="pm_then"),
    when_short="ship-available",
    expected_total=EUR,
)


def test_what_is_bought_is_taken_over_and_no_condition_is() -> None:
    now = repeated(THEN, RepeatOrder(payment=PaymentMethod(token="pm_now")))

    assert NewOrder.model_validate(now.model_dump()) == NewOrder(
        customer_id="C-1",
        currency="EUR",
        lines=[WantedLine(sku="A-1", quantity=1), WantedLine(sku="B-2", quantity=3)],
        payment=PaymentMethod(token="pm_now"),
    )


def test_a_refusal_points_at_what_was_sent_and_names_the_rest() -> None:
    pointers = ("/lines/1/sku", "/lines/0/quantity", "/customerId", "/payment/token")
    problem = Rejected(errors=[at(pointer, "no") for pointer in pointers])

    name_products(problem, THEN.lines)

    assert problem.document["errors"] == [
        {"detail": "B-2: no"},
        {"detail": "A-1: no"},
        {"detail": "no"},
        {"detail": "no", "pointer": "#/payment/token"},
    ]
