"""One view of a customer: each part with its source and its age, and what is missing with the reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.people import ANNA, HOME, Person, somebody

PARTS = {
    "profile": "erp",
    "addresses": "erp",
    "account": "crm",
    "orders": "orders",
    "activities": "crm",
}
OF_CRM = ["account", "activities"]

BAD_DAYS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("error_500", {"times": 20}, {"reason": "failed"}),
    ("drop_connection", {"times": 20}, {"reason": "failed"}),
    ("truncated", {"times": 20}, {"reason": "failed"}),
    ("html", {"times": 2}, {"reason": "bad-answer"}),
    ("unauthorized", {"times": 2}, {"reason": "misconfigured"}),
    (
        "too_many_requests",
        {"times": 20, "seconds": 30},
        {"reason": "unavailable", "retryAfter": 30},
    ),
    ("delay", {"times": 20, "seconds": 5}, {"reason": "no-answer"}),
]
"""What happens to a backend, and what is said of its parts."""

bad_days = pytest.mark.parametrize(
    ("kind", "options", "said"), BAD_DAYS, ids=[kind for kind, _, _ in BAD_DAYS]
)


async def test_each_part_says_where_it_is_from_and_how_old_it_is(anna: Person) -> None:
    before = datetime.now(UTC)

    view = await anna.view()

    assert view["degraded"] == []
    assert {name: view[name]["source"] for name in PARTS} == PARTS
    assert {view[name]["stale"] for name in PARTS} == {False}
    for name in PARTS:
        assert before <= datetime.fromisoformat(view[name]["asOf"]) <= datetime.now(UTC)
        assert view[name]["ageSeconds"] <= 5
    profile = view["profile"]["value"]
    assert {name: profile[name] for name in ANNA} == ANNA
    assert view["addresses"]["value"] == [{"kind": "billing", "address": HOME}]
    assert view["account"]["value"] == {"segment": "gold"}
    assert [a["subject"] for a in view["activities"]["value"]] == ["Asked for a quote"]
    assert view["orders"]["value"] == []


async def test_it_has_the_id_of_each_system_and_each_leads_back(
    anna: Person, platform: Deployment
) -> None:
    ids = {it["system"]: it["id"] for it in (await anna.view())["externalIds"]}

    assert ids["erp"] == anna.id
    assert ids["crm"].startswith("acc_")
    for system, id_ in ids.items():
        known = await _find(platform, system=system, externalId=id_)
        assert known.json() == {
            "customerId": anna.id,
            "externalId": {"system": system, "id": id_},
        }


async def test_an_id_that_nobody_has_is_missing_and_a_wrong_question_is_refused(
    anna: Person, platform: Deployment
) -> None:
    nobody = await _find(platform, system="crm", externalId="acc_999999")
    unknown = await _find(platform, system="hr", externalId="1")
    own = {"authorization": f"Bearer {anna.token()}"}
    another = await _find(platform, system="erp", externalId="C-1001", headers=own)

    assert (nobody.status_code, nobody.json()["detail"]) == (
        404,
        "there is no customer whom the crm calls acc_999999",
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["parameter"]) == (400, "system")
    assert another.status_code == 404


@bad_days
async def test_a_crm_that_cannot_be_asked_is_said_and_the_rest_is_shown(
    anna: Person, backends: Backends, kind: str, options: dict[str, Any], said: dict[str, Any]
) -> None:
    backends.fault("crm", "findAccounts", kind, **options)

    view = await anna.view()

    assert view["degraded"] == [{"part": name, "source": "crm", **said} for name in OF_CRM]
    assert view.keys().isdisjoint(OF_CRM)
    assert view["profile"]["value"]["name"] == ANNA["name"]
    assert [it["system"] for it in view["externalIds"]] == ["erp"]


@bad_days
async def test_an_erp_that_cannot_be_asked_is_said_and_the_rest_is_shown(
    anna: Person, backends: Backends, kind: str, options: dict[str, Any], said: dict[str, Any]
) -> None:
    backends.fault("erp", "GetCustomer", kind, **options)

    view = await anna.view()

    assert view["degraded"] == [{"part": "profile", "source": "erp", **said}]
    assert "profile" not in view
    assert view["addresses"]["value"] == [{"kind": "billing", "address": HOME}]
    assert view["account"]["value"] == {"segment": "gold"}


@bad_days
async def test_the_last_answer_is_shown_as_such_while_there_is_no_new_one(
    anna: Person, backends: Backends, kind: str, options: dict[str, Any], said: dict[str, Any]
) -> None:
    fresh = await anna.view()
    backends.fault("crm", "findAccounts", kind, **options)

    view = await anna.view()

    for name in OF_CRM:
        assert view[name]["stale"] is True
        assert view[name]["asOf"] == fresh[name]["asOf"]
        assert view[name]["value"] == fresh[name]["value"]
    assert view["degraded"] == [
        {"part": name, "source": "crm", "lastAnswerAt": fresh[name]["asOf"], **said}
        for name in OF_CRM
    ]
    assert view["profile"]["stale"] is False
    assert view["externalIds"] == fresh["externalIds"]


async def test_what_was_shown_to_the_back_office_does_not_stand_in_for_others(
    anna: Person, backends: Backends
) -> None:
    await anna.view()
    backends.fault("crm", "findAccounts", "error_500", times=20)

    view = await anna.view(headers={"authorization": f"Bearer {anna.token()}"})

    assert view.keys().isdisjoint(OF_CRM)


async def test_a_silent_system_costs_its_share_of_the_time_only(
    anna: Person, backends: Backends
) -> None:
    backends.fault("erp", "ListAddresses", "delay", times=20, seconds=10)

    view = await anna.view(headers={"x-request-timeout-ms": "1500"})

    assert view["degraded"] == [{"part": "addresses", "source": "erp", "reason": "no-answer"}]


async def test_a_process_that_is_down_is_one_more_system_that_cannot_be_asked(
    anna: Person, platform: Deployment
) -> None:
    if not platform.split:
        pytest.skip("what is down here is down with its caller")
    platform.kill("process/orders")
    try:
        view = await anna.view()
    finally:
        platform.restart("process/orders")

    assert view["degraded"] == [
        {"part": "orders", "source": "orders", "reason": "unavailable", "retryAfter": 1}
    ]
    assert "orders" not in view


async def test_without_an_account_the_parts_of_the_crm_are_empty_and_say_why(
    platform: Deployment, backends: Backends
) -> None:
    bertil = await somebody(platform, backends, account=False)

    view = await bertil.view()

    assert view["degraded"] == []
    assert view["account"]["empty"] == "no-account"
    assert "value" not in view["account"]
    assert (view["activities"]["value"], view["activities"]["empty"]) == ([], "no-account")


async def test_who_names_parts_gets_those_and_no_other_system_is_asked(
    anna: Person, backends: Backends
) -> None:
    view = await anna.view(params={"part": ["profile", "orders"]})
    wrong = await anna.ask("GET", "/view", params={"part": "salary"})

    assert view.keys() == {"customerId", "externalIds", "profile", "orders", "degraded"}
    assert (backends.calls("crm"), backends.calls("erp")) == ([], ["GetCustomer"])
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (400, "part")


async def test_a_customer_sees_nobody_but_oneself(anna: Person, platform: Deployment) -> None:
    own = {"authorization": f"Bearer {anna.token()}"}
    another = Person("C-1001", platform, anna.backends)

    assert (await anna.ask("GET", "/view", headers=own)).status_code == 200
    assert (await another.ask("GET", "/view", headers=own)).status_code == 404
    assert (await Person("C-4040", platform, anna.backends).ask("GET", "/view")).status_code == 404


async def _find(platform: Deployment, **options: Any) -> Any:
    headers = options.pop("headers", {})
    return await platform.call(
        "GET",
        "process/customers",
        "/customers",
        client="backoffice",
        params=options,
        headers=headers,
    )
