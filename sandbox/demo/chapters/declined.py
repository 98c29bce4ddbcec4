"""A card the bank declines: the answer points at it, and what was begun is undone."""

from sandbox.demo import promises
from sandbox.demo.scene import Outcome, Row, Scene, summary
from sandbox.demo.shop import Cart
from sandbox.demo.spans import steps

LINES = {"DOCK-TB4": 1}


def tell(scene: Scene) -> Outcome:
    cart = Cart(LINES, scene.backends.declining_card)
    before = scene.free(cart)
    visit = scene.visit(cart)
    answer = visit.checkout()
    order_id = scene.order_id(visit)
    held, spans = scene.backends.holdings(order_id), scene.spans(visit)
    return Outcome(
        answer,
        held,
        [
            promises.answered(answer, 422, "card-declined"),
            *promises.nothing_left(held),
            promises.stock(before, scene.free(cart), {}),
        ],
        order_id,
        spans,
        [
            Row("steps, ms", summary(steps(spans, undo=False))),
            Row("undone, ms", summary(steps(spans, undo=True))),
        ],
    )
