"""The app, as a program typed by the contract, against all layers over sockets: from nobody to a customer."""

from uuid import uuid4

import pytest

from contracts.models.canonical import Channels, ContactPreferences
from contracts.models.experience.mobile.v1 import ProfileChange
from runtime.problems import Problem
from tests.consumers.account import signed_in
from tests.consumers.mobile.program import App
from tests.consumers.running import Running
from tests.end_to_end.onboarding import watched

SCOPES = "mobile:home mobile:orders mobile:profile web:checkout web:orders"
ONLY_PUSH = Channels(email=False, sms=False, push=True)
NOTHING = Channels(email=False, sms=False, push=False)


@pytest.fixture
def app() -> App:
    return App(uuid4().hex[:12])


@pytest.fixture
async def customer(app: App, there: Running) -> str:
    """Somebody a person has had a look at; the id."""
    async with signed_in(there.url, there.visitor):
        applicant = watched()
        asked = await app.sign_up({it: v for it, v in applicant.items() if it != "kind"})
        assert (asked.status, asked.customer_id) == ("review", None)
        approved = await there.onboardings.decide(asked.id, "approve")
        assert approved.status_code == 200, approved.text
        taken_on = await app.settled(asked, "review")
    assert (taken_on.status, taken_on.customer_id) == ("completed", approved.json()["customerId"])
    return str(taken_on.customer_id)


async def test_orders_are_followed_repeated_and_called_off(
    app: App, there: Running, customer: str
) -> None:
    async with signed_in(there.url, there.customer(customer, SCOPES)):
        first = await app.first_order("CBL-USBC-2M", 2)
        home = await app.client.get_home()
        assert (home.name, home.degraded) == ("Marguerite Quell", [])
        assert [(it.id, it.total) for it in home.open_orders] == [(first.id, first.total)]
        tracked = await app.client.track_order(first.id)
        assert (tracked.status, tracked.next) == ("placed", "Your goods are packed and sent")
        assert tracked.history is not None
        assert tracked.history[0].what == "Your order is confirmed"
        seen = await app.client.get_changes()

        again = await app.order_again(first.id)
        assert (again.status, again.total) == ("placed", first.total)
        assert (await app.order_again(first.id)).id == again.id
        with pytest.raises(Problem) as refused:
            await app.order_again(first.id, "pm_card_chargeDeclined")
        assert refused.value.slug == "card-declined"
        failed = refused.value.document["instance"].removeprefix("/experience/mobile/v1/orders/")
        assert (await app.client.track_order(failed)).status == "failed"

        news = await app.client.get_changes(since=seen.token)
        told = {it.id: it.status for it in news.changed}
        assert (news.full, told) == (False, {again.id: "placed", failed: "failed"})
        await app.cancel(again.id)
        later = await app.client.get_changes(since=news.token)
        assert [(it.id, it.status) for it in later.changed] == [(again.id, "cancelled")]
        shown = (await app.client.list_orders()).items
        assert {it.id for it in shown} == {first.id, again.id, failed}


async def test_profile_and_settings_are_ones_own(app: App, there: Running, customer: str) -> None:
    async with signed_in(there.url, there.customer(customer, SCOPES)):
        wanted = ContactPreferences(order_news=ONLY_PUSH, marketing=NOTHING)
        assert await app.client.put_notification_settings(wanted) == wanted
        assert await app.client.get_notification_settings() == wanted

        profile = await app.client.get_profile()
        change = ProfileChange(
            name="Marguerite Quell-Berg", email=profile.email, version=profile.version
        )
        update = await app.client.put_profile(change, idempotency_key=f"{app.mark}-name")
        assert update.status == "updated"
        assert (await app.client.get_profile()).name == change.name
        with pytest.raises(Problem) as late:
            await app.client.put_profile(change, idempotency_key=f"{app.mark}-late")
        assert late.value.slug == "profile-changed"
        assert "instance" not in late.value.document
