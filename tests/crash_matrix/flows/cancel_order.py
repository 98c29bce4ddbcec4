"""A placed order is cancelled: the money given back, the order cancelled, the goods released."""

from tests.crash_matrix.flows.asking import Asked, Known, Scenario, entry
from tests.crash_matrix.flows.place_order import checkout
from tests.crash_matrix.judge import cancelled


def cancel(known: Known) -> Asked:
    order = known.prepared[0]["id"]
    return Asked("POST", f"/experience/web/v1/orders/{order}/cancel")


TESTED = entry(
    "cancel-order",
    cancelled,
    Scenario("paid", [cancel], prepare=[checkout()]),
)
