"""The other mobile screens keep their budgets too, whatever the systems behind them hold."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.model import Model
from contracts.models.canonical import Order
from contracts.models.process.customers.v1 import Profile, ProfileUpdate
from contracts.models.process.onboarding.v1 import Onboarding
from contracts.models.process.orders.v1 import Orders
from experience_apis.mobile.delta import WINDOW, changes
from experience_apis.mobile.sign_ups import SHOWN, sign_up
from experience_apis.mobile.tracking import tracked
from experience_apis.mobile.views import order_page, profile, profile_update, summary
from runtime.contracts.contract import Contract
from tests.experience_apis.test_mobile_views import MONEY, NOW, TEXT

OPERATIONS = Contract.load("experience/mobile/v1").operations
STEPS = ("price_order", "capture_payment", "record_return", "check_hold", "shipped") * 6


def assert_fits(shown: Model, operation: str) -> None:
    """What its model does not allow, such as a text that was not cut, has been refused before."""
    written = shown.model_dump_json(by_alias=True, exclude_none=True)
    budget = OPERATIONS[operation].document["x-max-bytes"]
    assert len(written.encode("utf-8", "surrogatepass")) <= budget


def an_order(number: int, said: str) -> Order:
    """As large as there can be one."""
    entries = [{"at": NOW, "step": step, "outcome": "done", "detail": said} for step in STEPS]
    parcel = {"status": "delivered", "carrier": said, "trackingNumber": said, "at": NOW}
    told = {"total": MONEY, "createdAt": NOW, "timeline": entries, "shipments": [parcel] * 9}
    failure = {"type": "urn:t", "title": "x", "status": 422, "detail": said}
    lines = [{"sku": "S" * 40, "quantity": 999}] * 100
    order = {"id": f"ord_{number:020d}", "customerId": "C", "status": "attention", "atRest": True}
    return Order.model_validate({**order, **told, "failure": failure, "lines": lines})


@given(TEXT)
def test_an_order_and_lists_of_orders_fit(said: str) -> None:
    orders = [an_order(number, said) for number in range(20 + WINDOW)]
    shown = [summary(order) for order in orders]

    assert_fits(tracked(orders[0]), "trackOrder")
    assert_fits(shown[0], "reorder")
    assert_fits(order_page(Orders(items=orders[:20], next_cursor="c" * 200)), "listOrders")
    before = changes(shown[:WINDOW], None, "C")
    after = changes(shown[-WINDOW:], before.token, "C")
    assert len(after.changed) == len(after.removed) == WINDOW
    assert_fits(after, "getChanges")


@given(TEXT, TEXT, st.none() | TEXT)
def test_a_profile_fits(name: str, email: str, phone: str | None) -> None:
    held = Profile(name=name * 2, email=email * 2, phone=phone, blocked=False, version="0" * 24)
    update = ProfileUpdate.model_construct(status="attention", profile=held)

    assert_fits(profile(held), "getProfile")
    assert_fits(profile_update(update), "putProfile")


def test_however_a_sign_up_stands_it_is_said_and_never_why() -> None:
    why = {"type": "urn:strata:problem:screening-rejected", "title": "sanctions", "status": 422}
    story = [{"at": NOW, "step": "screen", "outcome": "failed", "detail": "sanctions"}]
    for status in SHOWN:
        held = {"id": f"onb_{0:020d}", "status": status, "customerId": "C" * 64, "createdAt": NOW}
        shown = sign_up(Onboarding.model_validate({**held, "failure": why, "timeline": story}))
        assert_fits(shown, "signUp")
        assert not {"screening", "sanctions"} & {*shown.model_dump_json().lower().split('"')}


def test_an_order_is_told_in_words_the_latest_first() -> None:
    steps = ("capture_payment", "check_hold", "shipped")
    timeline = [{"at": NOW, "step": step, "outcome": "done"} for step in steps]
    order = an_order(1, "a\nb" + "x" * 60).model_dump()

    shown = tracked(Order.model_validate({**order, "status": "shipped", "timeline": timeline}))

    told = [entry.what for entry in shown.history or ()]
    assert told == ["Your goods are on their way", "Your payment is taken"]
    assert (shown.next, shown.more_lines, len(shown.lines or ())) == ("Your goods arrive", 95, 5)
    assert shown.reason == f"a b{'x' * 56}…"
    assert (shown.shipments or [])[0].tracking_number == shown.reason
