"""Every kind of bad input has its own answer, naming the field, and changes nothing anywhere."""

import json
import time
from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.tokens import forged

pytestmark = pytest.mark.once

CART: dict[str, Any] = {
    "currency": "EUR",
    "lines": [{"sku": "CBL-USBC-2M", "quantity": 1}],
    "payment": {"token": "pm_card_visa"},
}


def cart(**changes: Any) -> dict[str, Any]:
    return {**CART, **changes}


def line(**changes: Any) -> list[dict[str, Any]]:
    return [{**CART["lines"][0], **changes}]


@pytest.mark.parametrize(
    ("body", "status", "kind", "pointer"),
    [
        (cart(lines=line(sku="NO-SUCH-THING")), 422, "unknown-sku", "#/lines/0/sku"),
        (cart(lines=line(quantity=0)), 422, "invalid", "#/lines/0/quantity"),
        (cart(lines=line(quantity=-1)), 422, "invalid", "#/lines/0/quantity"),
        (cart(lines=line(quantity=1000)), 422, "invalid", "#/lines/0/quantity"),
        (cart(lines=line(quantity=10**30)), 422, "invalid", "#/lines/0/quantity"),
        (cart(lines=line(quantity="two")), 422, "invalid", "#/lines/0/quantity"),
        (cart(lines=line(quantity=1.5)), 422, "invalid", "#/lines/0/quantity"),
        (cart(lines=[]), 422, "invalid", "#/lines"),
        (cart(lines=line(sku="")), 422, "invalid", "#/lines/0/sku"),
        (cart(lines=line(sku="A\u0000B")), 422, "invalid", "#/lines/0/sku"),
        (cart(currency="USD"), 422, "wrong-currency", "#/currency"),
        (cart(currency="euro"), 422, "invalid", "#/currency"),
        (cart(coupon="X"), 422, "invalid", "#/coupon"),
        (cart(lines=line(price="1.00")), 422, "invalid", "#/lines/0/price"),
        (cart(payment={}), 422, "invalid", "#/payment/token"),
        (cart(payment={"token": "4242 4242 4242 4242"}), 422, "invalid", "#/payment/token"),
    ],
)
async def test_a_body_that_cannot_be_is_refused_by_field(
    platform: Deployment,
    backends: Backends,
    key: str,
    body: Any,
    status: int,
    kind: str,
    pointer: str,
) -> None:
    reply = await _post(platform, json.dumps(body), key)

    problem = reply.json()
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:strata:problem:{kind}"
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert backends.changes() == []


async def test_the_card_number_someone_sends_is_not_echoed(platform: Deployment, key: str) -> None:
    reply = await _post(platform, json.dumps(cart(payment={"token": "4242424242424242"})), key)

    assert reply.status_code == 422
    assert "4242" not in reply.text
    assert "4242424242424242" not in platform.logs()


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ('{"currency": "EUR", ', 400, "malformed"),
        ("", 400, "malformed"),
        ("[]", 422, "invalid"),
        ("null", 422, "invalid"),
        ('"' + "x" * 300_000 + '"', 413, "too-large"),
        ("[" * 100_000, 400, "malformed"),
    ],
)
async def test_a_body_that_is_no_cart_is_refused(
    platform: Deployment, backends: Backends, key: str, body: str, status: int, kind: str
) -> None:
    reply = await _post(platform, body, key)

    assert reply.status_code == status, reply.text[:500]
    assert reply.json()["type"] == f"urn:strata:problem:{kind}"
    assert backends.calls() == []


async def test_an_unknown_customer_is_refused(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await _post(platform, json.dumps(CART), key, client="stranger")

    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:strata:problem:unknown-customer"
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/customerId"]
    assert backends.changes() == []


async def test_a_token_whose_subject_is_no_customer_id_is_refused(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await _post(platform, json.dumps(CART), key, token=forged(platform, sub="auth0|77"))

    assert reply.status_code == 422, reply.text
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/customerId"]
    assert backends.calls() == []


@pytest.mark.parametrize("bad", [None, "short", "x" * 200, "with space in it"])
async def test_an_order_needs_a_usable_idempotency_key(
    platform: Deployment, backends: Backends, bad: str | None
) -> None:
    reply = await _post(platform, json.dumps(CART), bad)

    assert reply.status_code == 400
    assert reply.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert backends.calls() == []


async def test_without_a_token_nobody_gets_in(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await _post(platform, "not even JSON", key, client=None)

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer ")
    assert backends.calls() == []


async def test_a_token_of_another_layer_is_foreign(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await _post(platform, json.dumps(CART), key, client="backoffice")

    assert reply.status_code == 401
    assert backends.calls() == []


@pytest.mark.parametrize("claims", [{"exp": int(time.time()) - 3600}, {"aud": "someone-else"}])
async def test_an_expired_or_foreign_token_is_refused(
    platform: Deployment, backends: Backends, key: str, claims: dict[str, Any]
) -> None:
    token = forged(platform, **claims)

    reply = await _post(platform, json.dumps(CART), key, token=token)

    assert reply.status_code == 401
    assert backends.calls() == []


async def test_a_token_without_the_scope_is_told_which(
    platform: Deployment, backends: Backends, key: str
) -> None:
    token = forged(platform, scope="web:orders")

    reply = await _post(platform, json.dumps(CART), key, token=token)

    assert reply.status_code == 403
    assert "web:checkout" in reply.json()["detail"]
    assert backends.calls() == []


async def _post(
    platform: Deployment, body: str, key: str | None, client: str | None = "ada", token: str = ""
) -> Any:
    headers = {"content-type": "application/json"}
    if key is not None:
        headers["idempotency-key"] = key
    if token:
        headers["authorization"] = f"Bearer {token}"
    return await platform.call(
        "POST", "experience/web", "/checkout", client=client, content=body, headers=headers
    )
