"""Goods of a placed order come back: a part, all of them, more than there were, or none at last."""

from tests.crash_matrix.flows.asking import Ask, Asked, Fault, Known, Scenario, entry
from tests.crash_matrix.flows.place_order import SKU, checkout
from tests.crash_matrix.judge import returned


def give_back(quantity: int | None) -> Ask:
    """None: all that is left."""
    lines = {"lines": [{"sku": SKU, "quantity": quantity}]} if quantity else {}

    def ask(known: Known) -> Asked:
        path = f"/process/orders/v1/orders/{known.prepared[0]['id']}/returns"
        body = {"reason": "not as described", **lines}
        return Asked("POST", path, body, client="backoffice", key="crash-matrix-2")

    return ask


TESTED = entry(
    "return-order",
    returned,
    Scenario("a part", [give_back(1)], prepare=[checkout()]),
    Scenario("all", [give_back(None)], prepare=[checkout()]),
    Scenario("too many", [give_back(3)], prepare=[checkout()]),
    Scenario(
        "refused at last",
        [give_back(1)],
        prepare=[checkout()],
        faults=[Fault("erp.CreateReturn", "unauthorized", times=50)],
    ),
)
