"""A screen is one call of the app's, and one call of ours to the Process layer."""

import asyncio
from typing import Any

from runtime.contracts.contract import Contract
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings, somebody
from tests.end_to_end.people import ANN, Person
from tests.end_to_end.phone import SCOPES, Phone
from tests.end_to_end.test_mobile_profile import SETTINGS, WANTED

Screens = dict[str, tuple[str, str, Any]]


async def screens(phone: Phone, key: str) -> Screens:
    order_id = (await phone.checkout(f"{key}-order", {"CBL-USBC-2M": 1})).json()["id"]
    change = {**ANN, "version": (await phone.get("/profile"))["version"]}
    card = {"payment": {"token": "pm_card_visa"}}
    new = {name: value for name, value in somebody().items() if name != "kind"}
    return {
        "getHome": ("GET", "/home", None),
        "listOrders": ("GET", "/orders", None),
        "trackOrder": ("GET", f"/orders/{order_id}", None),
        "reorder": ("POST", f"/orders/{order_id}/reorder", card),
        "getChanges": ("GET", "/changes", None),
        "getProfile": ("GET", "/profile", None),
        "putProfile": ("PUT", "/profile", change),
        "getNotificationSettings": ("GET", SETTINGS, None),
        "putNotificationSettings": ("PUT", SETTINGS, WANTED),
        "signUp": ("POST", "/sign-ups", new),
        "getSignUp": ("GET", "/sign-ups/{signUpId}", None),
    }


async def requests_of(platform: Deployment, request_id: str) -> list[dict[str, Any]]:
    """Their lines in the log; the outermost one is the last that is written."""
    for _ in range(200):
        lines = [it for it in platform.log_lines() if it.get("request_id") == request_id]
        requests = [it for it in lines if it["event"] == "request"]
        if any(it["api"] == "experience/mobile/v1" for it in requests):
            return requests
        await asyncio.sleep(0.02)
    raise TimeoutError(request_id)


async def test_every_screen_makes_one_call_to_the_process_layer(
    platform: Deployment, anna: Person, onboardings: Onboardings, key: str
) -> None:
    phone = Phone(platform, anna.id, f"{SCOPES} mobile:sign-up")
    asked = await screens(phone, key)
    assert asked.keys() == Contract.load("experience/mobile/v1").operations.keys()

    last: dict[str, Any] = {}
    for name, (method, path, body) in asked.items():
        headers = {"x-request-id": f"{key[-40:]}-{name}", "idempotency-key": f"{key}-{name}"}
        options = {"json": body} if body else {}
        here = path.format(signUpId=last.get("id"))
        reply = await phone.ask(method, here, headers=headers, **options)
        assert reply.is_success, (name, reply.text)
        last = reply.json()

        requests = await requests_of(platform, headers["x-request-id"])
        [screen] = [it for it in requests if it["api"] == "experience/mobile/v1"]
        below = [it for it in requests if it["parent_span_id"] == screen["span_id"]]
        assert [it["api"].partition("/")[0] for it in below] == ["process"], name
    await onboardings.taken_back(last["customerId"])
