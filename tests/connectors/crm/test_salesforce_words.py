"""Salesforce's words and ours lead to each other, for everything that the contract allows."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from connectors.crm.salesforce import words
from connectors.crm.salesforce.options import SEGMENTS
from connectors.crm.salesforce.soql import literal
from contracts.models.canonical import Channels, ContactPreferences
from contracts.models.system.crm.v1 import AccountProfile, Activity, NewActivity
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.soql import ESCAPE, ESCAPED, TOKEN

OUR_IDS = some.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
TEXTS = some.text(some.characters(codec="utf-8"), min_size=1, max_size=120)
BY_VALUE = {value: segment for segment, value in SEGMENTS.items()}


class Row(dict[str, Any]):
    """A record that knows which of its fields were read."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)


@given(OUR_IDS)
def test_an_id_comes_back(our_id: str) -> None:
    assert words.our_id(words.key(our_id)) == our_id
    assert "." not in words.key(our_id)


@given(OUR_IDS, TEXTS, some.sampled_from(sorted(SEGMENTS)))
def test_an_account_comes_back_and_each_field_is_read(
    customer: str, text: str, segment: Any
) -> None:
    profile = AccountProfile(name=text, email=f"{len(text)}@example.com", segment=segment)
    fields = words.account_fields(profile, SEGMENTS)
    row = Row({"Id": "0" * 18, "StrataId__c": words.key(customer), **fields})

    account = words.account(row, BY_VALUE)

    assert account.model_dump(exclude={"customer_id", "external_id"}) == profile.model_dump()
    assert (account.customer_id, account.external_id) == (customer, "0" * 18)
    assert row.read == set(words.ACCOUNT)


@given(some.tuples(*[some.booleans()] * 6))
def test_preferences_come_back_and_each_field_is_read(said: tuple[bool, ...]) -> None:
    names = ("email", "sms", "push")
    wanted = ContactPreferences(
        order_news=Channels(**dict(zip(names, said[:3], strict=True))),
        marketing=Channels(**dict(zip(names, said[3:], strict=True))),
    )
    row = Row(words.preference_fields(wanted))

    assert words.preferences(row) == wanted
    assert row.read == set(row)


@given(some.integers(1, 999_999), some.integers(0, 17))
def test_only_an_id_that_fits_together_is_one(number: int, place: int) -> None:
    id_ = record_id("Account", number)
    other = id_[:place] + id_[place].swapcase() + id_[place + 1 :]

    assert words.is_id(id_)
    assert words.is_id(other) == (other == id_)
    assert not words.is_id(id_[:15])


@given(
    OUR_IDS,
    OUR_IDS,
    TEXTS,
    some.sampled_from(sorted(words.TYPES)),
    some.datetimes(datetime(1700, 1, 2), datetime(4000, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
)
def test_an_activity_comes_back_and_each_field_is_read(
    customer: str, activity: str, text: str, kind: Any, at: datetime
) -> None:
    new = NewActivity(kind=kind, subject=text, at=at)
    kept = words.as_kept(activity, new)
    fields = words.task_fields(customer, "0" * 18, kept)
    row = Row({"Id": "1" * 18, **{name: fields.get(name) for name in words.TASK if name != "Id"}})

    assert words.activity(row) == kept
    assert kept == Activity(
        id=activity, kind=kind, subject=text.strip(), at=at.replace(microsecond=0)
    )
    assert row.read == set(words.TASK) - {"Id"}


@given(some.text(max_size=60))
def test_a_text_is_read_by_salesforces_rules_as_it_was(text: str) -> None:
    token = TOKEN.fullmatch(literal(text))

    assert token is not None
    assert ESCAPE.sub(lambda match: ESCAPED[match[1]], token["text"][1:-1]) == text
