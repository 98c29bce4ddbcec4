"""Salesforce's connector against the simulated org, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from connectors.crm.salesforce import Connector, Options
from connectors.reach import Reach
from contracts.models.system.crm.v1 import AccountProfile, Activity, NewActivity
from runtime.calls.http import Sender
from runtime.problems import Misconfigured, Missing, Rejected, Unavailable
from tests.connectors.sandboxed import Sandboxed
from tests.connectors.vendors import Stand

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AS_USUAL = {
    "apiLimit": 100_000,
    "apiUsed": 0,
    "duplicateRule": False,
    "fieldHidden": False,
    "lockedCalls": 0,
    "pageSize": 2000,
    "updatesAnswer204": False,
}


@pytest.fixture(autouse=True)
async def org(sandbox_salesforce: Stand, network: Sender) -> AsyncIterator[Sandboxed]:
    org = Sandboxed(sandbox_salesforce.options["url"], network)
    await org.calm()
    yield org
    await org.calm()
    await org.control("POST", "settings", AS_USUAL)


@pytest.fixture
def crm(sandbox_salesforce: Stand, network: Sender) -> Connector:
    return connector(sandbox_salesforce, network)


def connector(stand: Stand, network: Sender, **more: Any) -> Connector:
    return Connector(Options.model_validate(stand.options | more), Reach(network))


@pytest.fixture
async def customer(crm: Connector) -> str:
    """The id of a customer who has just got an account."""
    customer = f"C-{uuid4().hex}"
    await crm.put_account(customer, profile(f"{customer}@example.com"))
    return customer


def profile(email: str, name: str = "Nora", **more: Any) -> AccountProfile:
    return AccountProfile(name=name, email=email, **more)


def note(subject: str, at: datetime = NOON) -> NewActivity:
    return NewActivity(kind="note", subject=subject, at=at)


async def settings(org: Sandboxed, **changes: Any) -> None:
    await org.control("POST", "settings", changes)


async def imported(org: Sandboxed, sobject: str, **fields: str) -> str:
    told = await org.control("POST", "records", {"sobject": sobject, "fields": fields})
    return str(told["id"])


async def account_id(org: Sandboxed, customer: str) -> str:
    accounts = (await org.state())["accounts"]
    return next(str(one["Id"]) for one in accounts if one["StrataId__c"] == customer)


async def test_each_method_is_one_call(crm: Connector, org: Sandboxed, customer: str) -> None:
    await org.calm()

    await crm.get_account(customer)
    await crm.put_account(customer, profile("nora@example.com"))
    await crm.put_activity(customer, "a", note("hello"))
    await crm.list_activities(customer, 10, None)

    called = [call["operation"] for call in await org.calls()]
    assert called == ["query", "composite", "composite", "composite"]


async def test_a_profile_without_a_segment_keeps_the_one_there_is(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    assert (await crm.get_account(customer)).segment == "standard"
    await crm.put_account(customer, profile("nora@example.com", segment="business"))

    account = await crm.put_account(customer, profile("nora@example.com", "Nora B."))

    assert (account.name, account.segment) == ("Nora B.", "business")
    rows = [row for row in (await org.state())["accounts"] if row["StrataId__c"] == customer]
    assert [row["StrataSegment__c"] for row in rows] == ["Business"]


async def test_segments_are_called_what_the_configuration_says(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender, customer: str
) -> None:
    other = {"standard": "Business", "gold": "Standard", "business": "Gold"}
    renamed = connector(sandbox_salesforce, network, segments=other)

    await renamed.put_account(customer, profile("nora@example.com", segment="business"))

    rows = [row for row in (await org.state())["accounts"] if row["StrataId__c"] == customer]
    assert [row["StrataSegment__c"] for row in rows] == ["Gold"]
    assert (await renamed.get_account(customer)).segment == "business"


async def test_an_update_is_one_whatever_salesforce_answers_to_it(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    await settings(org, updatesAnswer204=True)

    account = await crm.put_account(customer, profile("nora@example.com", "Nora C."))

    assert account.name == "Nora C."


@pytest.mark.parametrize("suffix", [".json", ".inc", "..", "_", "-."])
async def test_an_id_that_looks_like_a_file_is_an_id(crm: Connector, suffix: str) -> None:
    customer = f"C-{uuid4().hex}{suffix}"

    put = await crm.put_account(customer, profile("nora@example.com"))
    activity = await crm.put_activity(customer, f"a{suffix}", note("hello"))

    assert put.customer_id == customer
    assert await crm.get_account(customer) == put
    assert (await crm.list_activities(customer, 5, None)).items == [activity]


async def test_one_address_may_be_that_of_more_accounts_than_a_page_holds(
    crm: Connector, org: Sandboxed
) -> None:
    email = f"{uuid4().hex}@example.com"
    for number in range(5):
        await crm.put_account(f"T{number}-{uuid4().hex}", profile(email, f"Twin {number}"))
    await settings(org, pageSize=2)
    await org.calm()

    found = await crm.find_accounts(email.upper())

    assert [account.name for account in found] == [f"Twin {number}" for number in range(5)]
    assert [call["operation"] for call in await org.calls()] == ["query", "queryMore", "queryMore"]


@pytest.mark.parametrize(
    "email",
    [
        "x' OR StrataId__c != null OR Name = 'x@y",
        "x\\' OR StrataId__c != null OR Name = \\'x@y",
        "x\\",
        "%@%",
        "x') OR (Name != '@",
    ],
)
async def test_a_value_stays_a_value(crm: Connector, email: str) -> None:
    assert await crm.find_accounts(email) == []


@pytest.mark.parametrize("email", ["o'brien\\@example.com", 'a"b@example.com', "%_@example.com"])
async def test_a_value_with_signs_of_the_language_is_found(crm: Connector, email: str) -> None:
    email = f"{uuid4().hex}{email}"
    put = await crm.put_account(f"C-{uuid4().hex}", profile(email))

    assert await crm.find_accounts(email) == [put]


async def test_an_account_that_is_not_ours_is_not_found(crm: Connector, org: Sandboxed) -> None:
    email = f"{uuid4().hex}@example.com"
    await imported(org, "Account", Name="Somebody", StrataEmail__c=email)

    assert await crm.find_accounts(email) == []


async def test_what_is_not_accepted_is_pointed_at(crm: Connector, customer: str) -> None:
    with pytest.raises(Rejected) as caught:
        await crm.put_account(customer, profile("nora@example.com", "  "))

    assert caught.value.code == 422
    assert [error["pointer"] for error in caught.value.document["errors"]] == ["#/name"]


async def test_an_external_id_in_two_records_is_for_an_operator(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    await imported(org, "Account", Name="Twin", StrataId__c=customer)

    for call in (
        crm.put_account(customer, profile("nora@example.com")),
        crm.get_account(customer),
        crm.put_activity(customer, "a", note("hello")),
    ):
        with pytest.raises(Misconfigured, match="not unique"):
            await call


async def test_a_field_our_user_may_not_see_is_no_missing_customer(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    await settings(org, fieldHidden=True)

    for call in (
        crm.get_account(customer),
        crm.put_account(customer, profile("nora@example.com")),
        crm.list_activities(customer, 5, None),
    ):
        with pytest.raises(Misconfigured):
            await call


async def test_a_duplicate_rule_of_the_org_is_a_conflict(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    await settings(org, duplicateRule=True)

    with pytest.raises(Rejected) as caught:
        await crm.put_account(f"C-{uuid4().hex}", profile(f"{customer}@example.com"))

    assert (caught.value.code, caught.value.slug) == (409, "conflict")


async def test_a_record_somebody_else_is_changing_is_written_a_moment_later(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    await settings(org, lockedCalls=1)
    assert (
        await crm.put_account(customer, profile("nora@example.com", "Nora D."))
    ).name == "Nora D."

    await settings(org, lockedCalls=1)
    assert (await crm.put_activity(customer, "a", note("hello"))).subject == "hello"


@pytest.mark.parametrize("kind", ["timeout_after_commit", "drop_after_commit"])
async def test_an_activity_whose_answer_was_lost_is_there_once(
    sandbox_salesforce: Stand, org: Sandboxed, network: Sender, customer: str, kind: str
) -> None:
    hasty = connector(sandbox_salesforce, network, timeout_seconds=0.5)
    await hasty.get_account(customer)
    await org.fault("composite", kind)

    with suppress(Unavailable):
        await hasty.put_activity(customer, "a", note("hello"))

    put = await hasty.put_activity(customer, "a", note("hello"))
    assert (await hasty.list_activities(customer, 10, None)).items == [put]


async def test_an_activity_keeps_its_moment_to_the_second_and_its_words_without_blanks(
    crm: Connector, customer: str
) -> None:
    at = datetime(2026, 3, 1, 23, 30, 5, 999_999, tzinfo=timezone(timedelta(hours=-5)))

    put = await crm.put_activity(customer, "a", note(" late call ", at))

    assert put == Activity(
        id="a", kind="note", subject="late call", at=datetime(2026, 3, 2, 4, 30, 5, tzinfo=UTC)
    )
    assert (await crm.list_activities(customer, 1, None)).items == [put]
    assert await crm.put_activity(customer, "a", note(" late call ", at)) == put


async def test_activities_of_one_moment_are_all_listed(crm: Connector, customer: str) -> None:
    for number in range(3):
        await crm.put_activity(customer, f"a{number}", note(f"note {number}"))

    listed, cursor = [], None
    for _ in range(3):
        page = await crm.list_activities(customer, 1, cursor)
        listed += page.items
        cursor = page.next_cursor

    assert [activity.id for activity in listed] == ["a2", "a1", "a0"]
    assert cursor is None


async def test_what_happened_years_ago_is_still_listed(crm: Connector, customer: str) -> None:
    old = await crm.put_activity(customer, "a", note("long ago", NOON - timedelta(days=2000)))

    assert (await crm.list_activities(customer, 5, None)).items == [old]
    assert await crm.put_activity(customer, "a", note("long ago", old.at)) == old


async def test_what_was_typed_in_is_listed_by_its_moment(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    what = {"WhatId": await account_id(org, customer), "Subject": "Typed in"}
    await imported(org, "Task", **what, ActivityDate="2026-03-01")
    typed = await imported(org, "Task", **what, Type="Lunch", StrataAt__c="2026-03-01T12:00:00Z")

    assert (await crm.list_activities(customer, 5, None)).items == [
        Activity(id=typed, kind="note", subject="Typed in", at=NOON)
    ]


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("call", "Call"), ("email", "Email"), ("meeting", "Meeting"), ("note", "Other")],
)
async def test_a_kind_is_a_type_of_salesforces(
    crm: Connector, org: Sandboxed, customer: str, kind: Any, type_: str
) -> None:
    await crm.put_activity(customer, "a", NewActivity(kind=kind, subject="hello", at=NOON))

    [held] = [task for task in (await org.state())["tasks"] if customer in str(task["StrataId__c"])]
    assert (held["Type"], held["Status"]) == (type_, "Completed")


async def test_the_same_activity_id_is_another_customers_own(crm: Connector, customer: str) -> None:
    other = f"{customer}2"
    await crm.put_account(other, profile("other@example.com"))

    for whose in (customer, other):
        await crm.put_activity(whose, "a", note(f"of {whose}"))

    assert [one.subject for one in (await crm.list_activities(other, 5, None)).items] == [
        f"of {other}"
    ]


async def test_an_activity_of_nobody_is_missing_and_is_not_kept(
    crm: Connector, org: Sandboxed
) -> None:
    nobody = f"C-{uuid4().hex}"

    with pytest.raises(Missing):
        await crm.put_activity(nobody, "a", note("hello"))

    assert nobody not in str(await org.state())


async def test_a_removed_account_keeps_no_name_and_no_address(
    crm: Connector, org: Sandboxed, customer: str
) -> None:
    await crm.remove_account(customer)

    [held] = [row for row in (await org.state())["accounts"] if row["StrataId__c"] == customer]
    assert (held["Name"], held["StrataEmail__c"]) == ("Closed", None)


async def test_a_year_salesforce_does_not_have_is_pointed_at(crm: Connector, customer: str) -> None:
    with pytest.raises(Rejected) as caught:
        await crm.put_activity(customer, "a", note("old", datetime(1600, 1, 1, tzinfo=UTC)))

    assert [error["pointer"] for error in caught.value.document["errors"]] == ["#/at"]


@pytest.mark.parametrize("cursor", ["made-up", "é", "MjAyNi0wMS0wMVQwMDowMDowMFogJyBPUiAn"])
async def test_a_made_up_cursor_is_the_callers_mistake(
    crm: Connector, customer: str, cursor: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await crm.list_activities(customer, 10, cursor)

    assert caught.value.code == 400
    assert caught.value.document["errors"][0]["parameter"] == "cursor"
