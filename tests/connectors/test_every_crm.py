"""What the CRM port promises, of every CRM that runs here."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from connectors.crm import Crm
from contracts.models.canonical import Channels, ContactPreferences
from contracts.models.system.crm.v1 import Account, AccountProfile, NewActivity
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("crm")
NOTHING = Channels(email=False, sms=False, push=False)
TOLD_NOTHING = ContactPreferences(order_news=NOTHING, marketing=NOTHING)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def customer(connector: Crm) -> str:
    customer = f"C-{uuid4().hex}"
    profile = AccountProfile(name="Nora", email=f"{customer}@example.com", segment="gold")
    await connector.put_account(customer, profile)
    return customer


def call(subject: str, at: datetime = NOON) -> NewActivity:
    return NewActivity(kind="call", subject=subject, at=at)


async def test_an_account_is_kept_as_it_was_put(connector: Crm, customer: str) -> None:
    account = await connector.get_account(customer)

    assert account == Account(
        customer_id=customer,
        external_id=account.external_id,
        name="Nora",
        email=f"{customer}@example.com",
        segment="gold",
    )


async def test_an_account_is_found_by_the_id_the_crm_has_for_it(
    connector: Crm, customer: str
) -> None:
    account = await connector.get_account(customer)

    assert account.external_id != customer
    assert await connector.get_account_by_external_id(account.external_id) == account


@pytest.mark.parametrize(
    "nobodys",
    ["acc_999999", "001Sb0000999999AAA", "001Sb0000999999", "001Sb0000999999XYZ", "no.body"],
)
async def test_an_id_that_no_account_has_is_missing(connector: Crm, nobodys: str) -> None:
    with pytest.raises(Missing):
        await connector.get_account_by_external_id(nobodys)


async def test_the_same_profile_again_changes_nothing(connector: Crm, customer: str) -> None:
    profile = AccountProfile(name="Nora", email=f"{customer}@example.com", segment="gold")

    again = await connector.put_account(customer, profile)

    assert again == await connector.get_account(customer)
    assert len(await connector.find_accounts(profile.email)) == 1


async def test_an_account_is_found_by_its_address_in_any_case(
    connector: Crm, customer: str
) -> None:
    [found] = await connector.find_accounts(f"{customer}@EXAMPLE.com".swapcase())

    assert found.customer_id == customer


async def test_a_removed_account_is_gone_for_good(connector: Crm, customer: str) -> None:
    profile = AccountProfile(name="Nora", email=f"{customer}@example.com", segment="gold")
    external_id = (await connector.get_account(customer)).external_id
    await connector.put_activity(customer, "a", call("hello"))

    for _ in range(2):
        await connector.remove_account(customer)

    await assert_stays_gone(connector, customer, profile)
    for asked in (
        connector.get_account_by_external_id(external_id),
        connector.put_activity(customer, "a", call("hello")),
    ):
        with pytest.raises(Missing):
            await asked


async def test_an_account_that_comes_after_its_removal_stays_away(connector: Crm) -> None:
    customer = f"C-{uuid4().hex}"

    await connector.remove_account(customer)

    profile = AccountProfile(name="Nora", email=f"{customer}@example.com")
    await assert_stays_gone(connector, customer, profile)


async def assert_stays_gone(connector: Crm, customer: str, profile: AccountProfile) -> None:
    """Twice refused: the first that comes late does not open it."""
    for _ in range(2):
        with pytest.raises(Rejected) as caught:
            await connector.put_account(customer, profile)
        assert (caught.value.code, caught.value.slug) == (409, "retired")
    for asked in (
        connector.get_account(customer),
        connector.get_preferences(customer),
        connector.put_preferences(customer, TOLD_NOTHING),
        connector.list_activities(customer, 10, None),
    ):
        with pytest.raises(Missing):
            await asked
    assert await connector.find_accounts(profile.email) == []


async def test_what_a_customer_wants_to_be_told_is_kept_as_it_was_put(
    connector: Crm, customer: str
) -> None:
    wanted = ContactPreferences(
        order_news=Channels(email=False, sms=True, push=False),
        marketing=Channels(email=True, sms=False, push=True),
    )
    assert await connector.get_preferences(customer) != wanted  # by whatever default

    for _ in range(2):
        assert await connector.put_preferences(customer, wanted) == wanted

    assert await connector.get_preferences(customer) == wanted
    profile = AccountProfile(name="Nora B", email=f"{customer}@example.com")
    await connector.put_account(customer, profile)
    assert await connector.get_preferences(customer) == wanted


async def test_preferences_open_no_account(connector: Crm) -> None:
    customer = f"C-{uuid4().hex}"

    with pytest.raises(Missing):
        await connector.get_preferences(customer)
    with pytest.raises(Missing):
        await connector.put_preferences(customer, TOLD_NOTHING)
    with pytest.raises(Missing):
        await connector.get_account(customer)


async def test_nobody_is_missing_and_not_found(connector: Crm) -> None:
    with pytest.raises(Missing):
        await connector.get_account("C-NOBODY")
    with pytest.raises(Missing):
        await connector.list_activities("C-NOBODY", 10, None)
    assert await connector.find_accounts("nobody@example.com") == []


async def test_activities_are_listed_page_by_page_with_the_newest_first(
    connector: Crm, customer: str
) -> None:
    for day in (1, 3, 2):
        await connector.put_activity(customer, f"a{day}", call(f"day {day}", NOON + timedelta(day)))

    first = await connector.list_activities(customer, 2, None)
    second = await connector.list_activities(customer, 2, first.next_cursor)

    assert [activity.id for activity in first.items] == ["a3", "a2"]
    assert [activity.id for activity in second.items] == ["a1"]
    assert second.next_cursor is None


async def test_the_same_activity_again_changes_nothing(connector: Crm, customer: str) -> None:
    first = await connector.put_activity(customer, "a", call("hello"))

    assert await connector.put_activity(customer, "a", call("hello")) == first
    assert (await connector.list_activities(customer, 10, None)).items == [first]


async def test_another_activity_does_not_replace_one(connector: Crm, customer: str) -> None:
    first = await connector.put_activity(customer, "a", call("hello"))

    with pytest.raises(Rejected) as caught:
        await connector.put_activity(customer, "a", call("goodbye"))

    assert caught.value.code == 409
    assert (await connector.list_activities(customer, 10, None)).items == [first]
