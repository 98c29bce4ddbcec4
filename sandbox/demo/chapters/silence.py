"""The payment provider authorises and does not say so: the money is found and let go."""

from sandbox.demo import promises
from sandbox.demo.books import Holdings, money, named
from sandbox.demo.promises import Promise
from sandbox.demo.scene import NOTE, Outcome, Row, Scene, Underway, summary, until
from sandbox.demo.shop import Answer, Cart
from sandbox.demo.spans import steps

CART = Cart({"MON-27-4K": 1}, "pm_card_visa")


def tell(scene: Scene) -> Outcome:
    before = scene.free(CART)
    visit = scene.visit(CART)
    scene.backends.fall_silent("authorisation")
    asking = Underway(visit)
    until(scene.backends.silent, "an authorisation")
    order_id = scene.order_id(visit)
    meanwhile = scene.backends.holdings(order_id)
    scene.say("the bank has said yes, and nobody tells us")
    answer = asking.answer()
    until(lambda: scene.platform.lines(event="flow_finished", run=order_id), "the end of it")
    held, spans = scene.backends.holdings(order_id), scene.spans(visit)
    return Outcome(
        answer,
        held,
        [
            _authorised(meanwhile),
            _answered(answer),
            *promises.nothing_left(held),
            promises.stock(before, scene.free(CART), {}),
        ],
        order_id,
        spans,
        [
            Row("meanwhile", f"{named(meanwhile.payments)}: {money(CART.minor)} kept back", NOTE),
            Row("steps, ms", summary(steps(spans, undo=False))),
            Row("undone, ms", summary(steps(spans, undo=True))),
        ],
    )


def _authorised(meanwhile: Holdings) -> Promise:
    """Without this there would have been nothing to find."""
    states = [(entry.means, entry.minor) for entry in meanwhile.payments]
    kept = states == [("authorised", CART.minor)]
    return Promise("it was authorised", kept, named(meanwhile.payments))


def _answered(answer: Answer | None) -> Promise:
    """504 when it is undone by then, 202 when that takes longer than the caller can wait."""
    status = answer.status if answer else 0
    return Promise(f"answered {status}", status in {504, 202}, "neither 504 nor 202")
