from typing import Any

import pytest
from httpx import AsyncClient, Response

INTENTS = "/v1/payment_intents"


def form(**changes: str) -> dict[str, str]:
    base = {"amount": "12900", "currency": "eur", "payment_method": "pm_card_visa"}
    return base | {"capture_method": "manual", "confirm": "true"} | changes


async def authorize(payments: AsyncClient, **changes: str) -> dict[str, Any]:
    reply = await payments.post(INTENTS, data=form(**changes))
    assert reply.status_code == 200
    intent: dict[str, Any] = reply.json()
    return intent


async def captured(payments: AsyncClient, amount: str = "12900") -> str:
    id = str((await authorize(payments))["id"])
    reply = await payments.post(f"{INTENTS}/{id}/capture", data={"amount_to_capture": amount})
    assert reply.json()["status"] == "succeeded"
    return id


def error(reply: Response) -> dict[str, Any]:
    found: dict[str, Any] = reply.json()["error"]
    return found


async def test_money_is_authorised_captured_in_part_and_refunded_in_parts(
    payments: AsyncClient,
) -> None:
    intent = await authorize(payments, **{"metadata[reference]": "pay-life"})
    assert intent["status"] == "requires_capture"
    assert (intent["amount_capturable"], intent["amount_received"]) == (12900, 0)
    assert intent["metadata"] == {"reference": "pay-life"}
    path = f"{INTENTS}/{intent['id']}"
    done = (await payments.post(f"{path}/capture", data={"amount_to_capture": "10000"})).json()
    assert (done["amount_capturable"], done["amount_received"]) == (0, 10000)
    for amount in ("4000", "6000"):
        refund = await payments.post(
            "/v1/refunds", data={"payment_intent": intent["id"], "amount": amount}
        )
        assert (refund.status_code, refund.json()["status"]) == (200, "succeeded")
    listed = await payments.get("/v1/refunds", params={"payment_intent": intent["id"]})
    assert [refund["amount"] for refund in listed.json()["data"]] == [6000, 4000]
    spent = await payments.post("/v1/refunds", data={"payment_intent": intent["id"]})
    assert error(spent)["code"] == "charge_already_refunded"
    state = (await payments.get("/_sandbox/state")).json()["intents"]
    [known] = [each for each in state if each["id"] == intent["id"]]
    assert sum(refund["amount"] for refund in known["refunds"]) == 10000


async def test_no_refund_exceeds_what_was_captured(payments: AsyncClient) -> None:
    id = await captured(payments, "10000")
    too_much = await payments.post("/v1/refunds", data={"payment_intent": id, "amount": "10001"})
    assert too_much.status_code == 400
    assert error(too_much)["param"] == "amount"
    assert "(€100.01) is greater than unrefunded amount on charge (€100.00)" in too_much.text
    open_intent = (await authorize(payments))["id"]
    early = await payments.post("/v1/refunds", data={"payment_intent": open_intent})
    assert "does not have a successful charge to refund" in error(early)["message"]


async def test_a_cancelled_intent_holds_no_money_and_can_do_nothing_more(
    payments: AsyncClient,
) -> None:
    path = f"{INTENTS}/{(await authorize(payments))['id']}"
    cancelled = (await payments.post(f"{path}/cancel")).json()
    assert (cancelled["status"], cancelled["amount_capturable"]) == ("canceled", 0)
    for action in ("capture", "cancel", "confirm"):
        reply = await payments.post(f"{path}/{action}")
        assert reply.status_code == 400
        assert error(reply)["code"] == "payment_intent_unexpected_state"
        assert error(reply)["payment_intent"]["status"] == "canceled"


async def test_a_second_capture_and_a_capture_of_too_much_are_refused(
    payments: AsyncClient,
) -> None:
    id = await captured(payments)
    again = await payments.post(f"{INTENTS}/{id}/capture")
    assert error(again)["code"] == "payment_intent_unexpected_state"
    path = f"{INTENTS}/{(await authorize(payments))['id']}/capture"
    too_much = await payments.post(path, data={"amount_to_capture": "12901"})
    assert error(too_much)["code"] == "amount_too_large"


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ],
)
async def test_a_declined_card_is_402_and_the_intent_waits_for_another(
    payments: AsyncClient, method: str, code: str, decline_code: str
) -> None:
    reply = await payments.post(INTENTS, data=form(payment_method=method))
    assert (reply.status_code, error(reply)["type"]) == (402, "card_error")
    assert (error(reply)["code"], error(reply)["decline_code"]) == (code, decline_code)
    path = f"{INTENTS}/{error(reply)['payment_intent']['id']}"
    assert (await payments.get(path)).json()["status"] == "requires_payment_method"
    better = await payments.post(f"{path}/confirm", data={"payment_method": "pm_card_mastercard"})
    assert better.json()["status"] == "requires_capture"


async def test_an_unknown_payment_method_is_missing(payments: AsyncClient) -> None:
    reply = await payments.post(INTENTS, data=form(payment_method="pm_nope"))
    assert (reply.status_code, error(reply)["code"]) == (400, "resource_missing")
    assert error(reply)["param"] == "payment_method"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": ""}, "parameter_invalid_integer", "amount"),
        ({"amount": "12.90"}, "parameter_invalid_integer", "amount"),
        ({"amount": "0"}, "parameter_invalid_integer", "amount"),
        ({"currency": "xxx"}, None, "currency"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
    ],
)
async def test_a_bad_parameter_is_named(
    payments: AsyncClient, changes: dict[str, str], code: str | None, param: str
) -> None:
    reply = await payments.post(INTENTS, data=form(**changes))
    assert (reply.status_code, error(reply)["param"]) == (400, param)
    assert error(reply).get("code") == code


async def test_a_missing_parameter_and_a_json_body_are_refused(payments: AsyncClient) -> None:
    assert error(await payments.post(INTENTS))["code"] == "parameter_missing"
    assert "content type" in error(await payments.post(INTENTS, json=form()))["message"]


async def test_an_idempotency_key_replays_the_first_outcome(payments: AsyncClient) -> None:
    for method, status in (("pm_card_visa", 200), ("pm_card_chargeDeclined", 402)):
        key = {"idempotency-key": f"key-{method}"}
        first, second = [
            await payments.post(INTENTS, data=form(payment_method=method), headers=key)
            for _ in range(2)
        ]
        assert (first.status_code, second.status_code) == (status, status)
        assert first.content == second.content
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"


async def test_an_idempotency_key_is_for_one_request_only(payments: AsyncClient) -> None:
    key = {"idempotency-key": "key-one"}
    await payments.post(INTENTS, data=form(), headers=key)
    other = await payments.post(INTENTS, data=form(amount="1"), headers=key)
    elsewhere = await payments.post("/v1/refunds", data=form(), headers=key)
    assert [error(reply)["type"] for reply in (other, elsewhere)] == ["idempotency_error"] * 2
    assert (other.status_code, elsewhere.status_code) == (400, 400)


async def test_an_idempotency_key_forgets_a_request_that_never_began(
    payments: AsyncClient,
) -> None:
    key = {"idempotency-key": "key-typo"}
    assert (await payments.post(INTENTS, data=form(amount="x"), headers=key)).status_code == 400
    assert (await payments.post(INTENTS, data=form(), headers=key)).status_code == 200


async def test_search_finds_by_metadata_whatever_the_letter_case(payments: AsyncClient) -> None:
    intent = await authorize(payments, **{"metadata[reference]": "Pay-It's"})
    for query in (
        r"metadata['reference']:'pay-it\'s'",
        """metadata["reference"]:"Pay-It's" AND status:'requires_capture'""",
        """metadata["reference"]:"Pay-It's" amount:12900""",
    ):
        found = await payments.get(f"{INTENTS}/search", params={"query": query})
        assert found.json()["data"] == [intent]
    none = await payments.get(f"{INTENTS}/search", params={"query": "metadata['reference']:'x'"})
    assert none.json()["data"] == []


async def test_a_search_nobody_understands_is_refused(payments: AsyncClient) -> None:
    for query in ("reference:'x'", "metadata:'x'", "status['a']:'x'", "status>'x'"):
        reply = await payments.get(f"{INTENTS}/search", params={"query": query})
        assert (reply.status_code, error(reply)["param"]) == (400, "query")


async def test_intents_are_listed_newest_first_page_by_page(payments: AsyncClient) -> None:
    ids = [(await authorize(payments))["id"] for _ in range(3)][::-1]
    first = (await payments.get(INTENTS, params={"limit": 2})).json()
    after = {"limit": 1, "starting_after": first["data"][-1]["id"]}
    second = (await payments.get(INTENTS, params=after)).json()
    assert [each["id"] for each in first["data"] + second["data"]] == ids
    assert first["has_more"] is True


async def test_unknown_intents_paths_and_keys_are_told_as_stripe_does(
    payments: AsyncClient,
) -> None:
    missing = await payments.get(f"{INTENTS}/pi_000000999999")
    assert (missing.status_code, error(missing)["code"]) == (404, "resource_missing")
    assert error(await payments.get("/v1/nothing"))["type"] == "invalid_request_error"
    wrong = await payments.get(INTENTS, headers={"authorization": "Bearer sk_live"})
    assert (wrong.status_code, error(wrong)["type"]) == (401, "invalid_request_error")
