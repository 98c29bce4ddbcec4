"""An order goes through: every hop, and where it landed."""

from sandbox.demo import promises
from sandbox.demo.scene import Outcome, Scene
from sandbox.demo.shop import Cart

CART = Cart({"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}, "pm_card_visa")


def tell(scene: Scene) -> Outcome:
    before = scene.free(CART)
    visit = scene.visit(CART)
    answer = visit.checkout()
    order_id = scene.order_id(visit)
    held = scene.backends.holdings(order_id)
    after = scene.free(CART)
    return Outcome(
        answer,
        held,
        [
            promises.placed(answer),
            *promises.complete(held, CART.minor, CART.lines),
            promises.stock(before, after, CART.lines),
        ],
        order_id,
        scene.spans(visit),
    )
