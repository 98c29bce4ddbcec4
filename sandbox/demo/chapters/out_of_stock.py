"""A cart with something that is sold out: the line is named, and the bank is not asked."""

from sandbox.demo import promises
from sandbox.demo.promises import Promise
from sandbox.demo.scene import Outcome, Row, Scene, summary
from sandbox.demo.shop import Cart
from sandbox.demo.spans import steps

CART = Cart({"CBL-USBC-2M": 1, "CAM-1080P": 1}, "pm_card_visa")


def tell(scene: Scene) -> Outcome:
    before = scene.free(CART)
    visit = scene.visit(CART)
    answer = visit.checkout()
    order_id = scene.order_id(visit)
    held, spans = scene.backends.holdings(order_id), scene.spans(visit)
    asked = [span.did for root in spans for span in root.all() if "payments" in span.who]
    return Outcome(
        answer,
        held,
        [
            promises.answered(answer, 409, "out-of-stock"),
            *promises.nothing_left(held),
            Promise("bank not asked", not asked and not held.payments, ", ".join(asked)),
            promises.stock(before, scene.free(CART), {}),
        ],
        order_id,
        spans,
        [
            Row("steps, ms", summary(steps(spans, undo=False))),
            Row("undone, ms", summary(steps(spans, undo=True))),
        ],
    )
