"""Signing up on the web: told how it stands, never why not, and nobody else's."""

from typing import Any

import httpx
import pytest

from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings, id_of, somebody, watched
from tests.end_to_end.tokens import forged
from tests.end_to_end.web import until, web


async def sign_up(platform: Deployment, key: str, new: dict[str, Any]) -> httpx.Response:
    headers = {"idempotency-key": key}
    return await web(platform, "POST", "/sign-ups", client="newcomer", json=new, headers=headers)


async def test_nobody_to_worry_about_is_a_customer_at_once(
    onboardings: Onboardings, platform: Deployment, key: str
) -> None:
    new = somebody()

    reply = await sign_up(platform, key, new)
    twice = await sign_up(platform, f"{key}-twice", new)

    shown = reply.json()
    assert (reply.status_code, shown["status"]) == (201, "completed"), reply.text
    assert reply.headers["location"] == shown["links"]["self"]
    onboardings.assert_taken_on(new, shown)
    assert (twice.status_code, twice.json()["type"]) == (
        409,
        "urn:strata:problem:duplicate-customer",
    )
    assert "/process/" not in twice.text
    assert shown["customerId"] not in twice.text


async def test_who_is_looked_at_is_told_so_and_then_who_they_are(
    onboardings: Onboardings, platform: Deployment, key: str
) -> None:
    new = watched()

    reply = await sign_up(platform, key, new)
    other = {"authorization": f"Bearer {forged(platform, sub='someone', scope='web:sign-up')}"}
    strange = await web(platform, "GET", reply.headers["location"], headers=other)
    customer = await web(platform, "GET", reply.headers["location"])
    await onboardings.decide(id_of(reply), "approve")

    shown = reply.json()
    assert (reply.status_code, shown["status"]) == (202, "review"), reply.text
    assert shown.keys() == {"id", "status", "requestedAt", "links"}
    assert (strange.status_code, customer.status_code) == (404, 403)
    where = shown["links"]["self"]
    done = await until(platform, where, lambda it: it["status"] == "completed", client="newcomer")
    onboardings.assert_taken_on(new, done)


@pytest.mark.parametrize("by", ["compliance", "reviewer"])
async def test_whom_we_do_not_take_on_is_not_told_why(
    onboardings: Onboardings, platform: Deployment, key: str, by: str
) -> None:
    """Neither the answer nor the sign-up tells a rejection by compliance from one by a person."""
    new = (
        watched()
        if by == "reviewer"
        else somebody(address={**somebody()["address"], "country": "KP"})
    )

    reply = await sign_up(platform, key, new)
    if by == "reviewer":
        await onboardings.decide(id_of(reply), "reject", "on our own list")
        reply = await sign_up(platform, key, new)

    refusal = reply.json()
    assert reply.status_code == 422, reply.text
    assert refusal["type"] == "urn:strata:problem:sign-up-refused"
    shown = (await web(platform, "GET", refusal["instance"], client="newcomer")).json()
    assert shown["status"] == "rejected"
    told = {**refusal, **shown}
    assert told.keys() <= {*("type", "title", "status", "instance", "requestId"), *shown.keys()}
    assert "reason" not in shown
    for word in ("screening", "review", "compliance", "list"):
        assert word not in f"{reply.text}{shown}".lower()
