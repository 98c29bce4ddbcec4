"""What the compliance port promises, of every provider that runs here.

Each screens a watched name with nothing else known as one to look at, and knows a sanctioned country.
"""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from connectors.compliance import Compliance
from contracts.models.canonical import Address
from contracts.models.system.compliance.v1 import Decision, Document, Screening, Subject
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("compliance")

SEOUL = Address(street="1 Sejong-daero", city="Seoul", postal_code="04524", country="KR")
ADA = Subject(
    kind="person",
    name="Ada Lindqvist",
    country="SE",
    birth_date=date(1990, 5, 17),
    email="ada@example.com",
    address=SEOUL,
    document=Document(kind="passport", number="X 12", expires_on=date(2099, 1, 1)),
)
WATCHED = Subject(kind="person", name="Marguerite Quell", country="FR")
SANCTIONED = Subject(kind="organisation", name="Kaesong Trading", country="KP")
CLEAR = Decision(outcome="clear", by="ops-7", reason="born elsewhere")
REJECTED = Decision(outcome="rejected", by="ops-8", reason="it is her")


@pytest.fixture
def ref() -> str:
    return f"S-{uuid4().hex}"


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def settled(connector: Compliance, ref: str, subject: Subject) -> Screening:
    """However long the provider takes."""
    screening = await connector.put_screening(ref, subject)
    while screening.status == "pending":
        await asyncio.sleep(0.05)
        screening = await connector.get_screening(ref)
    return screening


async def test_a_subject_like_any_other_is_clear(connector: Compliance, ref: str) -> None:
    screening = await settled(connector, ref, ADA)

    assert (screening.id, screening.status, screening.reasons) == (ref, "clear", [])
    assert screening.screened_at is not None
    assert screening.decision is None


async def test_what_was_found_is_told_in_our_words(connector: Compliance, ref: str) -> None:
    watched = await settled(connector, f"{ref}.1", WATCHED)
    sanctioned = await settled(connector, f"{ref}.2", SANCTIONED)

    assert (watched.status, watched.reasons) == ("review", ["name-match"])
    assert (sanctioned.status, sanctioned.reasons) == ("rejected", ["sanctioned-country"])


async def test_nothing_of_the_subject_is_told_again(connector: Compliance, ref: str) -> None:
    told = (await settled(connector, ref, ADA)).model_dump_json()

    assert not any(word in told for word in ("Ada", "1990", "example.com", "Sejong", "X 12"))


async def test_the_same_subject_again_is_the_same_screening(
    connector: Compliance, ref: str
) -> None:
    first = await settled(connector, ref, ADA)

    assert await connector.put_screening(ref, ADA) == first
    assert await connector.get_screening(ref) == first


async def test_another_subject_under_the_same_id_is_a_conflict(
    connector: Compliance, ref: str
) -> None:
    first = await settled(connector, ref, ADA)

    with pytest.raises(Rejected) as caught:
        await connector.put_screening(ref, WATCHED)

    assert refused(caught) == (409, "conflict")
    assert await connector.get_screening(ref) == first


async def test_screenings_at_once_under_one_id_are_one(connector: Compliance, ref: str) -> None:
    told = await asyncio.gather(*(connector.put_screening(ref, ADA) for _ in range(5)))

    again = await settled(connector, ref, ADA)
    assert {screening.reference for screening in told} == {again.reference}


async def test_an_id_that_begins_like_another_is_another(connector: Compliance, ref: str) -> None:
    await settled(connector, f"{ref}0", WATCHED)

    with pytest.raises(Missing):
        await connector.get_screening(ref)
    assert (await settled(connector, ref, ADA)).status == "clear"


@pytest.mark.parametrize("decision", [CLEAR, REJECTED], ids=["clear", "rejected"])
async def test_a_person_decides_what_is_in_review_once(
    connector: Compliance, ref: str, decision: Decision
) -> None:
    await settled(connector, ref, WATCHED)

    decided = await connector.decide(ref, decision)

    assert decided.status == decision.outcome
    assert decided.reasons == ["name-match"]
    assert decided.decision is not None
    assert (decided.decision.outcome, decided.decision.by) == (decision.outcome, decision.by)
    assert await connector.decide(ref, decision) == decided
    assert await connector.get_screening(ref) == decided


async def test_a_decision_is_not_changed_by_another(connector: Compliance, ref: str) -> None:
    await settled(connector, ref, WATCHED)
    decided = await connector.decide(ref, CLEAR)

    with pytest.raises(Rejected) as caught:
        await connector.decide(ref, REJECTED)

    assert refused(caught) == (409, "conflict")
    assert await connector.get_screening(ref) == decided


@pytest.mark.parametrize("subject", [ADA, SANCTIONED], ids=["clear", "rejected"])
async def test_what_is_not_in_review_is_not_decided(
    connector: Compliance, ref: str, subject: Subject
) -> None:
    before = await settled(connector, ref, subject)

    with pytest.raises(Rejected) as caught:
        await connector.decide(ref, CLEAR)

    assert refused(caught) == (409, "not-in-review")
    assert await connector.get_screening(ref) == before


async def test_what_never_was_is_missing(connector: Compliance, ref: str) -> None:
    with pytest.raises(Missing):
        await connector.get_screening(ref)
    with pytest.raises(Missing):
        await connector.decide(ref, CLEAR)
