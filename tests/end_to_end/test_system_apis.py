"""The System APIs through their own front door: everything is named by the caller and safe to repeat."""

from typing import Any

import httpx

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

ORDER_ID = "ord_{:0>20}"


async def ask(
    platform: Deployment, method: str, api: str, path: str, **options: Any
) -> httpx.Response:
    return await platform.call(method, f"system/{api}", path, client="integrator", **options)


async def twice(
    platform: Deployment, method: str, api: str, path: str, **options: Any
) -> httpx.Response:
    """The second answer, which is the same as the first."""
    first = await ask(platform, method, api, path, **options)
    second = await ask(platform, method, api, path, **options)
    assert first.status_code in {200, 204}, first.text
    assert (second.status_code, second.content) == (first.status_code, first.content)
    return second


async def test_a_customer_and_the_addresses_are_kept_under_our_id(platform: Deployment) -> None:
    profile = {"name": "Ingrid Solheim", "email": "ingrid@example.com", "phone": "+47 22 55 01 00"}
    home = {"street": "Storgata 1", "city": "Oslo", "postalCode": "0155", "country": "NO"}

    put = await twice(platform, "PUT", "erp", "/customers/C-9001", json=profile)
    await twice(platform, "PUT", "erp", "/customers/C-9001/addresses/billing", json=home)

    got = await ask(platform, "GET", "erp", "/customers/C-9001")
    asked_for = {"id": "C-9001", "externalId": "C-9001", "blocked": False, **profile}
    assert got.json() == put.json() == asked_for
    by_external_id = await ask(platform, "GET", "erp", "/external-ids/C-9001/customer")
    assert by_external_id.json() == asked_for
    addresses = await ask(platform, "GET", "erp", "/customers/C-9001/addresses")
    assert addresses.json() == {"items": [{"kind": "billing", "address": home}]}
    none = await ask(platform, "GET", "erp", "/customers/C-9002")
    assert none.status_code == 404


async def test_a_price_is_given_or_why_there_is_none(platform: Deployment) -> None:
    price = await ask(platform, "GET", "erp", "/products/MON-27-4K/price?currency=EUR")
    unknown = await ask(platform, "GET", "erp", "/products/NOPE/price?currency=EUR")
    other = await ask(platform, "GET", "erp", "/products/MON-27-4K/price?currency=USD")

    assert price.json()["price"] == {"amount": "389.00", "currency": "EUR"}
    assert unknown.status_code == 404
    assert other.json()["type"] == "urn:strata:problem:wrong-currency"


async def test_a_sales_order_is_entered_confirmed_and_cancelled(platform: Deployment) -> None:
    path = f"/sales-orders/{ORDER_ID.format(1)}"
    line = {
        "sku": "LAMP-LED-A1",
        "quantity": 2,
        "unitPrice": {"amount": "49.99", "currency": "EUR"},
    }
    order = {"customerId": "C-1003", "currency": "EUR", "lines": [line]}

    entered = await twice(platform, "PUT", "erp", path, json=order)
    other = await ask(
        platform, "PUT", "erp", path, json={**order, "lines": [{**line, "quantity": 3}]}
    )
    confirmed = await twice(platform, "POST", "erp", f"{path}/confirm")
    await twice(platform, "DELETE", "erp", path)

    assert entered.json()["status"] == "entered"
    assert entered.json()["total"] == {"amount": "99.98", "currency": "EUR"}
    assert (other.status_code, other.json()["type"]) == (409, "urn:strata:problem:conflict")
    assert confirmed.json()["status"] == "confirmed"
    assert (await ask(platform, "GET", "erp", path)).json()["status"] == "cancelled"
    never = await ask(platform, "DELETE", "erp", f"/sales-orders/{ORDER_ID.format(2)}")
    assert never.status_code == 204


async def test_products_are_listed_to_the_end_and_a_cursor_of_nobodys_is_refused(
    platform: Deployment,
) -> None:
    first = (await ask(platform, "GET", "erp", "/products?limit=6")).json()
    rest = (await ask(platform, "GET", "erp", f"/products?cursor={first['nextCursor']}")).json()
    wrong = await ask(platform, "GET", "erp", f"/products?cursor={'x' * 41}")

    skus = [product["sku"] for page in (first, rest) for product in page["items"]]
    assert (len(first["items"]), "nextCursor" in rest) == (6, False)
    assert (skus, len(skus)) == (sorted(skus), 10)
    assert wrong.status_code == 422


async def test_an_order_is_invoiced_once_it_is_confirmed(platform: Deployment) -> None:
    path = f"/sales-orders/{ORDER_ID.format(71)}"
    price = {"amount": "49.99", "currency": "EUR"}
    line = {"sku": "LAMP-LED-A1", "quantity": 2, "unitPrice": price}
    order = {"customerId": "C-1003", "currency": "EUR", "lines": [line]}

    await ask(platform, "PUT", "erp", path, json=order)
    before = await ask(platform, "GET", "erp", f"{path}/invoice")
    await ask(platform, "POST", "erp", f"{path}/confirm")
    invoice = await ask(platform, "GET", "erp", f"{path}/invoice")

    assert (before.status_code, before.json()["type"]) == (404, "urn:strata:problem:no-invoice")
    assert invoice.json()["total"] == {"amount": "99.98", "currency": "EUR"}
    assert invoice.json()["status"] == "open"


async def test_an_account_is_found_by_id_and_by_e_mail(platform: Deployment) -> None:
    profile = {"name": "Jun Park", "email": "Jun.Park@example.com", "segment": "business"}
    call = {"kind": "call", "subject": "Asked for a quote", "at": "2026-02-03T10:00:00Z"}

    account = await twice(platform, "PUT", "crm", "/accounts/C-9003", json=profile)
    found = await ask(platform, "GET", "crm", "/accounts?email=jun.park@EXAMPLE.com")
    await twice(platform, "PUT", "crm", "/accounts/C-9003/activities/a-1", json=call)
    listed = await ask(platform, "GET", "crm", "/accounts/C-9003/activities")

    external_id = account.json()["externalId"]
    assert account.json() == {"customerId": "C-9003", "externalId": external_id, **profile}
    by_external_id = await ask(platform, "GET", "crm", f"/external-ids/{external_id}/account")
    assert by_external_id.json() == account.json()
    assert found.json()["items"] == [account.json()]
    assert [(a["id"], a["subject"]) for a in listed.json()["items"]] == [
        ("a-1", "Asked for a quote")
    ]


async def test_activities_are_paged_to_the_end_without_a_gap(platform: Deployment) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = await ask(platform, "GET", "crm", f"/accounts/C-1001/activities?limit=1{cursor}")
        seen += [activity["id"] for activity in page.json()["items"]]
        if "nextCursor" not in page.json():
            break
        cursor = f"&cursor={page.json()['nextCursor']}"

    whole = await ask(platform, "GET", "crm", "/accounts/C-1001/activities?limit=100")
    assert seen == [activity["id"] for activity in whole.json()["items"]]
    assert len(seen) == len(set(seen)) >= 3


async def test_stock_is_held_committed_and_given_back(
    platform: Deployment, backends: Backends
) -> None:
    before = backends.stock("DESK-SIT-160")
    path = "/reservations/hold-1"
    lines = {"lines": [{"sku": "DESK-SIT-160", "quantity": 1}], "expiresInSeconds": 600}

    held = await twice(platform, "PUT", "inventory", path, json=lines)
    available = await ask(platform, "GET", "inventory", "/stock/DESK-SIT-160")
    committed = await twice(platform, "POST", "inventory", f"{path}/commit")
    await twice(platform, "DELETE", "inventory", path)

    assert (held.json()["status"], committed.json()["status"]) == ("held", "committed")
    assert available.json()["available"] == before[0] - before[1] - 1
    assert (await ask(platform, "GET", "inventory", path)).json()["status"] == "released"
    assert backends.stock("DESK-SIT-160") == before
    assert (await ask(platform, "GET", "inventory", "/stock/NOPE")).status_code == 404


async def test_money_is_authorised_captured_and_never_given_back_twice(
    platform: Deployment, backends: Backends
) -> None:
    amount = {"amount": "20.00", "currency": "EUR"}
    new = {"amount": amount, "method": {"token": "pm_card_visa"}}

    await twice(platform, "PUT", "payments", "/payments/pay-1", json=new)
    captured = await twice(platform, "POST", "payments", "/payments/pay-1/capture")
    half = {"amount": {"amount": "15.00", "currency": "EUR"}}
    await twice(platform, "PUT", "payments", "/payments/pay-1/refunds/r-1", json=half)
    beyond = await ask(platform, "PUT", "payments", "/payments/pay-1/refunds/r-2", json=half)
    too_late = await ask(platform, "DELETE", "payments", "/payments/pay-1")

    assert captured.json()["captured"] == amount
    assert beyond.json()["type"] == "urn:strata:problem:refund-exceeds-payment"
    assert (too_late.status_code, too_late.json()["type"]) == (409, "urn:strata:problem:captured")
    assert backends.money_taken("pay-1") == 500


async def test_an_authorisation_let_go_holds_no_money(
    platform: Deployment, backends: Backends
) -> None:
    new = {"amount": {"amount": "7.50", "currency": "EUR"}, "method": {"token": "pm_card_visa"}}
    await ask(platform, "PUT", "payments", "/payments/pay-2", json=new)

    await twice(platform, "DELETE", "payments", "/payments/pay-2")
    late = await ask(platform, "PUT", "payments", "/payments/pay-2", json=new)

    assert (late.status_code, late.json()["type"]) == (409, "urn:strata:problem:voided")
    assert backends.money_held("pay-2") == 0


SUBJECT = {
    "kind": "person",
    "name": "Marguerite Quell",
    "country": "FR",
    "birthDate": "1988-04-01",
    "email": "m.quell@example.com",
}


async def test_a_screening_goes_from_pending_to_review_and_is_decided_by_a_person(
    platform: Deployment, backends: Backends
) -> None:
    path = "/screenings/ob-1"
    backends.control("compliance", "running-time", {"seconds": 600})
    pending = await ask(platform, "PUT", "compliance", path, json=SUBJECT)
    backends.control("compliance", "clock", {"advanceSeconds": 601})
    backends.control("compliance", "running-time", {"seconds": 0})

    review = await twice(platform, "PUT", "compliance", path, json=SUBJECT)
    other = await ask(platform, "PUT", "compliance", path, json={**SUBJECT, "name": "Ada"})
    decision = {"outcome": "clear", "by": "ops-7", "reason": "born elsewhere"}
    decided = await twice(platform, "PUT", "compliance", f"{path}/decision", json=decision)
    changed = {**decision, "outcome": "rejected"}
    too_late = await ask(platform, "PUT", "compliance", f"{path}/decision", json=changed)
    got = await ask(platform, "GET", "compliance", path)

    assert (pending.json()["status"], pending.json()["reasons"]) == ("pending", [])
    assert (review.json()["status"], review.json()["reasons"]) == ("review", ["name-match"])
    assert (other.status_code, other.json()["type"]) == (409, "urn:strata:problem:conflict")
    assert decided.json() == got.json()
    assert (got.json()["status"], got.json()["decision"]["by"]) == ("clear", "ops-7")
    assert (too_late.status_code, too_late.json()["type"]) == (409, "urn:strata:problem:conflict")
    none = await ask(platform, "GET", "compliance", "/screenings/ob-2")
    assert none.status_code == 404
    assert "Marguerite" not in platform.logs() + got.text


async def test_who_may_only_look_does_not_decide(platform: Deployment) -> None:
    decision = {"outcome": "clear", "by": "ops-7", "reason": "I said so"}
    reply = await platform.call(
        "PUT", "system/compliance", "/screenings/ob-1/decision", client="operations", json=decision
    )

    assert reply.status_code == 403


async def test_a_subject_that_cannot_be_is_pointed_at(platform: Deployment) -> None:
    wrong = {**SUBJECT, "country": "France", "birthDate": "yesterday", "shoeSize": 43}
    reply = await ask(platform, "PUT", "compliance", "/screenings/ob-3", json=wrong)

    assert reply.status_code == 422
    pointers = {error["pointer"] for error in reply.json()["errors"]}
    assert pointers == {"#/country", "#/birthDate", "#/shoeSize"}
    assert "yesterday" not in reply.text


async def test_a_welcome_is_sent_once_however_often_it_is_put(
    platform: Deployment, backends: Backends
) -> None:
    address = f"once-{platform.split}@example.com".lower()
    welcome = {"to": address, "subject": "Welcome", "text": "Hello", "html": "<p>Hello</p>"}
    path = "/messages/ob-1:welcome"

    sent = await twice(platform, "PUT", "notifications", path, json=welcome)
    other = await ask(platform, "PUT", "notifications", path, json={**welcome, "text": "Bye"})
    got = await ask(platform, "GET", "notifications", path)

    assert got.json() == sent.json()
    assert sent.json()["status"] == "accepted"
    assert (other.status_code, other.json()["type"]) == (409, "urn:strata:problem:conflict")
    [letter] = backends.letters_to(address)
    assert (letter["messageId"], letter["deliveries"]) == (sent.json()["reference"], 1)
    assert address not in platform.logs()


async def test_a_welcome_whose_answer_was_lost_has_one_message_id(
    platform: Deployment, backends: Backends
) -> None:
    address = f"lost-{platform.split}@example.com".lower()
    welcome = {"to": address, "subject": "Welcome", "text": "Hello"}
    path = "/messages/ob-2:welcome"
    backends.fault("mail", "message", "timeout_after_commit")

    lost = await ask(platform, "PUT", "notifications", path, json=welcome)
    unknown = await ask(platform, "GET", "notifications", path)
    sent = await ask(platform, "PUT", "notifications", path, json=welcome)

    assert lost.status_code == 504
    assert unknown.json()["status"] == "unknown"
    assert sent.json()["status"] == "accepted"
    [letter] = backends.letters_to(address)
    assert (letter["deliveries"], letter["alwaysTheSame"]) == (2, True)
    assert letter["messageId"] == unknown.json()["reference"] == sent.json()["reference"]


async def test_a_letter_nobody_can_get_is_refused_where_it_is_wrong(platform: Deployment) -> None:
    nobody = {"to": "nobody@example.com", "subject": "Welcome", "text": "Hello"}
    two = {**nobody, "subject": "Welcome\r\nBcc: eve@example.com"}

    unknown = await ask(platform, "PUT", "notifications", "/messages/ob-3", json=nobody)
    smuggled = await ask(platform, "PUT", "notifications", "/messages/ob-4", json=two)

    assert unknown.json()["type"] == "urn:strata:problem:undeliverable"
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["#/to"]
    assert smuggled.status_code == 422
    assert [error["pointer"] for error in smuggled.json()["errors"]] == ["#/subject"]
    assert (await ask(platform, "GET", "notifications", "/messages/ob-4")).status_code == 404
