"""A new customer is in ERP and CRM with one welcome, or nowhere: through the front door."""

import asyncio

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings, id_of, somebody

ADA = {"street": "Götgatan 14", "postalCode": "11846", "city": "Stockholm", "country": "SE"}


async def test_a_new_customer_is_in_erp_and_crm_and_is_welcomed_once(
    onboardings: Onboardings, backends: Backends, key: str
) -> None:
    new = somebody(language="de-AT")

    reply = await onboardings.start(key, new)

    assert reply.status_code == 201, reply.text
    onboarding = reply.json()
    onboardings.assert_taken_on(new, onboarding)
    assert onboarding["welcome"] == "sent"
    [letter] = backends.letters_to(new["email"])
    assert letter["deliveries"] == 1
    assert [(entry["step"], entry["outcome"]) for entry in onboarding["timeline"]] == [
        ("find_duplicates", "done"),
        ("screen", "done"),
        ("create_erp_customer", "done"),
        ("create_crm_account", "done"),
        ("find_who_came_meanwhile", "done"),
        ("send_welcome", "done"),
    ]


async def test_an_organisation_is_a_business_account(onboardings: Onboardings, key: str) -> None:
    new = somebody(kind="organisation", birthDate=None)

    reply = await onboardings.start(key, new)

    onboardings.assert_taken_on(new, reply.json())
    [account] = onboardings.in_crm(new["email"])
    assert account["tier"] == "CORPORATE"


async def test_the_same_key_is_the_same_customer(onboardings: Onboardings, key: str) -> None:
    new = somebody()

    replies = await asyncio.gather(*(onboardings.start(key, new) for _ in range(5)))
    again = await onboardings.start(key, new)
    other = await onboardings.start(key, {**new, "phone": "+49 30 2"})

    assert {reply.status_code for reply in replies} == {201}, [r.text for r in replies]
    assert {reply.content for reply in [*replies, again]} == {again.content}
    onboardings.assert_taken_on(new, again.json())
    assert len(onboardings.checks(again.json()["id"])) == 1
    assert (other.status_code, other.json()["type"]) == (
        422,
        "urn:strata:problem:idempotency-key-reused",
    )


async def test_of_two_who_are_one_at_most_one_is_taken_on(
    onboardings: Onboardings, key: str
) -> None:
    new = somebody()

    replies = await asyncio.gather(*(onboardings.start(f"{key}-{n}", new) for n in range(3)))

    through = [reply for reply in replies if reply.status_code == 201]
    assert len(onboardings.in_erp(new["email"])) == len(through) <= 1
    assert len(onboardings.in_crm(new["email"])) == len(through)
    refused = {reply.json()["type"] for reply in replies if reply not in through}
    assert refused == {"urn:strata:problem:duplicate-customer"}


async def test_who_came_meanwhile_is_seen_before_the_welcome(
    onboardings: Onboardings, platform: Deployment, backends: Backends, key: str
) -> None:
    """Between the first look and the last somebody else enters the same customer by hand."""
    new = somebody()
    backends.fault("crm", "upsertAccount", "delay", seconds=1)
    starting = asyncio.create_task(onboardings.start(key, new))
    for _ in range(400):
        if "SaveCustomer" in backends.calls("erp"):
            break
        await asyncio.sleep(0.02)
    profile = {"name": new["name"], "email": new["email"].upper()}
    path = f"/customers/X-{key[-20:]}"
    await platform.call("PUT", "system/erp", path, client="integrator", json=profile)

    reply = await starting

    assert (reply.status_code, reply.json()["type"]) == (
        409,
        "urn:strata:problem:duplicate-customer",
    )
    onboardings.assert_nothing_left_of(new)
    await platform.call("DELETE", "system/erp", path, client="integrator")


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"email": "ADA.Lindqvist@Example.COM"}, ["#/email"]),
        ({"name": "LINDQVIST, Ada", "address": ADA}, ["#/name", "#/address"]),
    ],
)
async def test_a_customer_we_have_is_refused_and_nothing_is_told_of_it(
    onboardings: Onboardings,
    backends: Backends,
    key: str,
    changes: dict[str, object],
    pointers: list[str],
) -> None:
    reply = await onboardings.start(key, somebody(**changes))
    shown = await onboardings.get(id_of(reply), client="backoffice")
    reviewed = await onboardings.get(id_of(reply))

    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (409, "urn:strata:problem:duplicate-customer")
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert backends.changes() == []
    assert (shown["status"], shown.get("review")) == ("rejected", None)
    assert "C-1001" not in reply.text + str(shown)
    [known] = reviewed["review"]["duplicates"]
    assert (known["customerId"], known["certainty"]) == ("C-1001", "exact")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Ada Lindqvist"},  # elsewhere
        {"address": ADA},  # a neighbour
        {"address": ADA, "name": "Bo Lindqvist"},  # of the family
        {"address": {**ADA, "street": "Götgatan 41"}, "name": "Ada Lindqvist"},
    ],
)
async def test_a_near_miss_is_taken_on(
    onboardings: Onboardings, key: str, changes: dict[str, object]
) -> None:
    new = somebody(**changes)

    reply = await onboardings.start(key, new)

    assert reply.status_code == 201, reply.text
    onboardings.assert_taken_on(new, reply.json())
    await onboardings.taken_back(reply.json()["customerId"])


async def test_whom_compliance_rejects_is_not_told_why(onboardings: Onboardings, key: str) -> None:
    new = somebody()
    new["address"]["country"] = "KP"

    reply = await onboardings.start(key, new)
    reviewed = await onboardings.get(id_of(reply))

    assert (reply.status_code, reply.json()["type"]) == (
        422,
        "urn:strata:problem:screening-rejected",
    )
    assert "sanction" not in reply.text
    assert reviewed["status"] == "rejected"
    assert reviewed["review"]["screening"] == ["sanctioned-country"]
    assert len(onboardings.checks(reviewed["id"])) == 1
    onboardings.assert_nothing_left_of(new)


async def test_a_slow_screening_is_waited_for(
    onboardings: Onboardings, backends: Backends, key: str
) -> None:
    new = somebody()
    backends.control("compliance", "running-time", {"seconds": 600})

    reply = await onboardings.start(key, new, **{"x-request-timeout-ms": "1500"})
    decision = await onboardings.decide(id_of(reply), "approve")
    backends.control("compliance", "clock", {"advanceSeconds": 601})

    assert (reply.status_code, reply.json()["status"]) == (202, "checking")
    assert "customerId" not in reply.json()
    assert (decision.status_code, decision.json()["type"]) == (
        409,
        "urn:strata:problem:not-in-review",
    )
    onboardings.assert_taken_on(new, await onboardings.settled(reply))


async def test_a_welcome_nobody_can_get_does_not_lose_the_customer(
    onboardings: Onboardings, key: str
) -> None:
    new = somebody(email=f"nobody@{key[-9:].lower()}.example")

    reply = await onboardings.start(key, new)

    assert (reply.status_code, reply.json()["welcome"]) == (201, "undeliverable"), reply.text
    assert len(onboardings.in_erp(new["email"])) == 1


async def test_anothers_onboarding_is_as_missing_as_none(
    onboardings: Onboardings, platform: Deployment, key: str
) -> None:
    onboarding_id = id_of(await onboardings.start(key, somebody()))
    token = platform.token("reviewer", scope="onboarding:read")
    platform._tokens.pop("reviewer")
    headers = {"authorization": f"Bearer {token}"}

    hidden = await onboardings.ask("GET", f"/onboardings/{onboarding_id}", headers=headers)
    none = await onboardings.ask("GET", f"/onboardings/onb_{'0' * 20}")

    assert hidden.status_code == none.status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "robot"}, "#/kind"),
        ({"name": ""}, "#/name"),
        ({"name": " "}, "#/name"),
        ({"name": "A\r\nBcc: eve@example.com"}, "#/name"),
        ({"name": None}, "#/name"),
        ({"email": "ada"}, "#/email"),
        ({"email": "ada@-x-.example"}, "#/email"),
        ({"email": None}, "#/email"),
        ({"birthDate": "yesterday"}, "#/birthDate"),
        ({"birthDate": "2999-01-01"}, "#/birthDate"),
        ({"kind": "organisation"}, "#/birthDate"),
        ({"address": None}, "#/address"),
        ({"address": {**ADA, "country": "Sweden"}}, "#/address/country"),
        ({"document": {"kind": "passport", "number": "1"}}, "#/document/expiresOn"),
        ({"language": "Deutsch!"}, "#/language"),
        ({"customerId": "C-1"}, "#/customerId"),
    ],
)
async def test_what_cannot_be_is_pointed_at_and_changes_nothing(
    onboardings: Onboardings,
    backends: Backends,
    key: str,
    changes: dict[str, object],
    pointer: str,
) -> None:
    reply = await onboardings.start(key, somebody(**changes))

    assert reply.status_code == 422, reply.text
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert {"SaveCustomer", "upsertAccount"} & set(backends.changes()) == set()


async def test_nothing_personal_is_logged_or_told_again(
    onboardings: Onboardings, platform: Deployment, key: str
) -> None:
    document = {"kind": "passport", "number": "P-4711-0815", "expiresOn": "2099-01-01"}
    new = somebody(document=document, birthDate="1987-06-05")

    reply = await onboardings.start(key, new)
    await onboardings.start(f"{key}-2", new)
    shown = await onboardings.get(id_of(reply), client="backoffice")

    given, family = new["name"].split()
    secrets = [given, family, new["email"], "1987-06-05", "P-4711-0815"]
    secrets += [new["address"]["street"], new["phone"].replace(" ", "%20")]
    for secret in secrets:
        assert secret.lower() not in platform.logs().lower()
        assert secret.lower() not in str(shown).lower()
