"""kill -9 when the money is taken and nobody knows yet: the order is finished after the restart."""

import time

from sandbox.demo import promises
from sandbox.demo.books import Holdings, money, named
from sandbox.demo.promises import Promise
from sandbox.demo.scene import NOTE, Outcome, Row, Scene, Underway, summary, until
from sandbox.demo.shop import Answer, Cart, Visit
from sandbox.demo.spans import Span, steps

CART = Cart({"DESK-SIT-160": 1, "CHAIR-MESH": 1}, "pm_card_visa")


def tell(scene: Scene) -> Outcome:
    before = scene.free(CART)
    visit = scene.visit(CART)
    meanwhile, dead_line = _killed_while_capturing(scene, visit)
    killed, order_id = time.time(), scene.order_id(visit)
    scene.say("starting the platform again")
    scene.platform.start(lambda _: None)
    ready = time.time() - killed
    until(lambda: scene.platform.lines(event="flow_finished", run=order_id), "the end of it")
    answer = visit.checkout()
    held, spans = scene.backends.holdings(order_id), scene.spans(visit)
    return Outcome(
        answer,
        held,
        [
            Promise("killed in mid-order", dead_line, "it had answered before"),
            _taken(meanwhile),
            _same(answer, order_id),
            *promises.complete(held, CART.minor, CART.lines),
            promises.stock(before, scene.free(CART), CART.lines),
        ],
        order_id,
        spans,
        _rows(spans, meanwhile, killed, ready),
    )


def _killed_while_capturing(scene: Scene, visit: Visit) -> tuple[Holdings, bool]:
    """What there was at that moment, and whether the caller was left without an answer."""
    scene.backends.fall_silent("capture")
    asking = Underway(visit)
    until(scene.backends.silent, "a capture")
    meanwhile = scene.backends.holdings(scene.order_id(visit))
    scene.platform.kill()
    dead_line = asking.answer() is None
    scene.backends.mend()
    return meanwhile, dead_line


def _taken(meanwhile: Holdings) -> Promise:
    """Without this there would have been nothing to do twice."""
    states = [(entry.means, entry.minor) for entry in meanwhile.payments]
    return Promise("money taken by then", states == [("taken", CART.minor)], str(states))


def _same(answer: Answer, order_id: str) -> Promise:
    told = (answer.status, answer.body.get("id"), answer.body.get("status"))
    return Promise("same key, same order", told == (201, order_id, "placed"), str(told))


def _rows(spans: list[Span], meanwhile: Holdings, killed: float, ready: float) -> list[Row]:
    done = steps(spans, undo=False)
    taken = f"{money(CART.minor)} taken, the platform does not know yet"
    return [
        Row("steps, ms", summary([step for step in done if step.began < killed])),
        Row("meanwhile", f"{named(meanwhile.payments)}: {taken}", NOTE),
        Row("kill -9", "the whole process, while it waits for the answer", "red"),
        Row("restart", f"ready after {ready:.1f} s, and the order is taken up where it was"),
        Row("steps, ms", summary([step for step in done if step.began >= killed])),
        Row("asked again", "with the same Idempotency-Key"),
    ]
