"""The CRM's connector against the simulated CRM, over real sockets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from connectors.crm.sandbox_rest import Connector, Options
from connectors.reach import Reach
from contracts.models.system.crm.v1 import Account, AccountProfile, Activity, NewActivity
from runtime.calls.http import Sender
from runtime.problems import Misconfigured, Missing, Problem, Rejected
from tests.connectors.sandboxed import Sandboxed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def backend(sandbox_urls: dict[str, str], network: Sender) -> AsyncIterator[Sandboxed]:
    backend = Sandboxed(sandbox_urls["crm"], network)
    await backend.calm()
    yield backend
    await backend.calm()


@pytest.fixture
def crm(backend: Sandboxed, network: Sender) -> Connector:
    return connector(network, url=backend.url)


def connector(network: Sender, **options: Any) -> Connector:
    options = {"api_key": "sandbox-crm-key", "timeout_seconds": 1} | options
    return Connector(Options.model_validate(options), Reach(network))


@pytest.fixture
async def customer(crm: Connector) -> str:
    """The id of a customer who has just got an account."""
    customer = f"C-{uuid4().hex}"
    await crm.put_account(customer, AccountProfile(name="Nora", email=f"{customer}@example.com"))
    return customer


def note(subject: str, at: datetime = NOON) -> NewActivity:
    return NewActivity(kind="note", subject=subject, at=at)


async def test_an_account_is_told_in_our_words(crm: Connector) -> None:
    assert await crm.get_account("C-1001") == Account(
        customer_id="C-1001",
        external_id="acc_000001",
        name="Ada Lindqvist",
        email="ada.lindqvist@example.com",
        segment="gold",
    )


async def test_accounts_are_found_whatever_the_case_of_their_address(crm: Connector) -> None:
    found = await crm.find_accounts("ADA.lindqvist@Example.com")

    assert [account.customer_id for account in found] == ["C-1001"]
    assert await crm.find_accounts("nobody@example.com") == []


async def test_one_address_may_be_that_of_several_accounts(crm: Connector) -> None:
    email = f"{uuid4().hex}+x@example.com"
    for number in (1, 2):
        profile = AccountProfile(name=f"Twin {number}", email=email)
        await crm.put_account(f"T{number}-{uuid4().hex}", profile)

    assert [account.name for account in await crm.find_accounts(email)] == ["Twin 1", "Twin 2"]


async def test_a_profile_without_a_segment_keeps_the_one_there_is(
    crm: Connector, customer: str
) -> None:
    assert (await crm.get_account(customer)).segment == "standard"
    business = AccountProfile(name="Nora", email="nora@example.com", segment="business")
    await crm.put_account(customer, business)

    renamed = AccountProfile(name="Nora B.", email="nora@example.com")
    account = await crm.put_account(customer, renamed)

    assert (account.name, account.segment) == ("Nora B.", "business")


async def test_the_same_profile_again_changes_nothing(
    crm: Connector, backend: Sandboxed, customer: str
) -> None:
    profile = AccountProfile(name="Nora", email="nora@example.com", segment="gold")
    first = await crm.put_account(customer, profile)
    state = await backend.state()

    assert await crm.put_account(customer, profile) == first
    assert await backend.state() == state


async def test_what_the_crm_does_not_accept_is_pointed_at(crm: Connector, customer: str) -> None:
    with pytest.raises(Rejected) as caught:
        await crm.put_account(customer, AccountProfile(name="  ", email="nora@example.com"))

    assert caught.value.code == 422
    assert [error["pointer"] for error in caught.value.document["errors"]] == ["#/name"]


async def test_activities_come_in_pages_with_the_newest_first(
    crm: Connector, customer: str
) -> None:
    for day in (2, 0, 1):
        await crm.put_activity(customer, f"a{day}", note(f"day {day}", NOON + timedelta(day)))

    first = await crm.list_activities(customer, 2, None)
    rest = await crm.list_activities(customer, 2, first.next_cursor)

    assert [activity.id for activity in [*first.items, *rest.items]] == ["a2", "a1", "a0"]
    assert first.next_cursor is not None
    assert rest.next_cursor is None


async def test_an_activity_keeps_its_moment_to_the_millisecond(
    crm: Connector, customer: str
) -> None:
    at = datetime(2026, 3, 1, 23, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=-5)))

    put = await crm.put_activity(customer, "a", note("late call", at))

    assert put == Activity(
        id="a", kind="note", subject="late call", at=datetime(2026, 3, 2, 4, 30, 0, 123_000, UTC)
    )
    assert (await crm.list_activities(customer, 1, None)).items == [put]
    assert await crm.put_activity(customer, "a", note("late call", at)) == put


async def test_another_activity_under_the_same_id_is_a_conflict(
    crm: Connector, customer: str
) -> None:
    await crm.put_activity(customer, "a", note("this"))

    with pytest.raises(Rejected) as caught:
        await crm.put_activity(customer, "a", note("that"))

    assert (caught.value.code, caught.value.slug) == (409, "conflict")


async def test_a_moment_the_crm_takes_for_seconds_is_pointed_at(
    crm: Connector, customer: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await crm.put_activity(
            customer, "a", note("moon landing", datetime(1969, 7, 20, tzinfo=UTC))
        )

    assert [error["pointer"] for error in caught.value.document["errors"]] == ["#/at"]


async def test_a_made_up_cursor_is_the_callers_mistake(crm: Connector) -> None:
    with pytest.raises(Rejected) as caught:
        await crm.list_activities("C-1001", 10, "made-up")

    assert caught.value.code == 400
    assert caught.value.document["errors"][0]["parameter"] == "cursor"


async def test_activities_of_nobody_are_missing(crm: Connector) -> None:
    with pytest.raises(Missing):
        await crm.list_activities("C-NOBODY", 10, None)
    with pytest.raises(Missing):
        await crm.put_activity("C-NOBODY", "a", note("hello"))


async def test_a_removed_account_tells_nothing_of_anybody(
    crm: Connector, backend: Sandboxed, customer: str
) -> None:
    await crm.put_activity(customer, "a", note(f"with {customer}"))

    await crm.remove_account(customer)

    state = await backend.state()
    [held] = [one for one in state["accounts"] if one["externalRef"] == customer]
    assert (held["displayName"], held["mail"], held["phone"]) == ("", "", None)
    assert customer not in str(state["activities"])


async def test_a_wrong_base_url_is_not_a_missing_customer(
    backend: Sandboxed, network: Sender
) -> None:
    elsewhere = connector(network, url=f"{backend.url}/v9")

    for call in (
        elsewhere.get_account("C-1001"),
        elsewhere.get_account_by_external_id("acc_000001"),
        elsewhere.find_accounts("a@example.com"),
    ):
        with pytest.raises(Misconfigured):
            await call


@pytest.mark.parametrize("kind", ["unauthorized", "html", "truncated", "timeout_after_commit"])
async def test_no_failure_repeats_what_the_customer_told(
    crm: Connector, backend: Sandboxed, kind: str
) -> None:
    await backend.fault("*", kind, times=3)

    with pytest.raises(Problem) as caught:
        await crm.find_accounts("ada.lindqvist@example.com")

    assert "ada" not in str(caught.value.document)
    await backend.calm()
