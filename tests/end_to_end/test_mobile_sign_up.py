"""Signing up with the app: how it stands is told to who did it, and never why somebody is refused."""

from typing import Any

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings, id_of, somebody, watched
from tests.end_to_end.phone import Phone

SIGN_UP = "mobile:sign-up"


def applicant(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "kind"}


async def test_who_signs_up_is_a_customer_and_only_they_see_it(
    platform: Deployment, onboardings: Onboardings, key: str
) -> None:
    phone, other = (Phone(platform, f"phone-{n}-{key}", SIGN_UP) for n in (1, 2))
    new = somebody()

    reply = await phone.send("POST", "/sign-ups", key, applicant(new))
    again = await phone.send("POST", "/sign-ups", key, applicant(new))
    twice = await other.send("POST", "/sign-ups", key, applicant(new))

    signed_up = reply.json()
    path = f"/sign-ups/{signed_up['id']}"
    assert (reply.status_code, signed_up["status"]) == (201, "completed"), reply.text
    assert signed_up["says"] == "Welcome, your account is open"
    assert again.content == reply.content
    assert await phone.get(path) == signed_up
    onboardings.assert_taken_on(new, signed_up)
    assert twice.json()["type"] == "urn:strata:problem:duplicate-customer"
    assert (await other.ask("GET", path)).status_code == 404
    token = platform.token("newcomer")
    nobody = await platform.call("GET", "experience/mobile", "/orders", client="newcomer")
    assert (bool(token), nobody.status_code) == (True, 403)
    await onboardings.taken_back(signed_up["customerId"])


async def test_a_review_is_told_and_its_outcome_but_no_reason(
    platform: Deployment, onboardings: Onboardings, key: str
) -> None:
    phone = Phone(platform, f"phone-{key}", SIGN_UP)
    reply = await phone.send("POST", "/sign-ups", key, applicant(watched()))
    path = f"/sign-ups/{id_of(reply)}"
    waiting = await phone.get(path)
    await onboardings.decide(id_of(reply), "reject", reason="knows the wrong people")
    refused = await phone.get(path)
    again = await phone.send("POST", "/sign-ups", key, applicant(watched()))
    kim = somebody()
    kim["address"]["country"] = "KP"
    screened = await phone.send("POST", "/sign-ups", f"{key}-kim", applicant(kim))

    assert (reply.status_code, waiting["status"]) == (202, "review"), reply.text
    assert waiting["says"] == "Somebody of ours has a look, which may take some days"
    says = "We cannot open an account for you"
    assert refused == {"id": waiting["id"], "status": "refused", "says": says}
    assert again.status_code == 422  # another applicant under the same key
    document = screened.json()
    document.pop("requestId")
    told = {"type": "urn:strata:problem:sign-up-refused", "title": says, "status": 422}
    assert document == told


async def test_a_provider_that_is_down_is_said_and_nothing_is_left_over(
    platform: Deployment, onboardings: Onboardings, backends: Backends, key: str
) -> None:
    phone, new = Phone(platform, f"phone-{key}", SIGN_UP), somebody()
    backends.fault("compliance", "*", "error_500", times=50)

    reply = await phone.send("POST", "/sign-ups", key, applicant(new))
    wrong = await phone.send("POST", "/sign-ups", f"{key}-2", {**applicant(new), "email": "x@"})

    assert reply.status_code in {502, 503, 504}, reply.text
    onboardings.assert_nothing_left_of(new)
    assert [it["pointer"] for it in wrong.json()["errors"]] == ["#/email"]
