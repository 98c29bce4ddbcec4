"""The screening provider's connector against the simulated provider, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import orjson
import pytest
from structlog.testing import capture_logs

from connectors.compliance.sandbox_rest import Connector, Options, words
from connectors.reach import Reach
from contracts.models.canonical import Address
from contracts.models.system.compliance.v1 import Decision, Document, Screening, Subject
from runtime.calls.http import Request, Sender
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable
from tests.connectors.sandboxed import Sandboxed

ADA = Subject(kind="person", name="Ada Lindqvist", country="SE")
WATCHED = Subject(kind="person", name="Vasko Trendafil", country="BG")
CLEAR = Decision(outcome="clear", by="ops-7", reason="another birthday")
REJECTED = Decision(outcome="rejected", by="ops-7", reason="the same birthday")


@pytest.fixture
async def backend(sandbox_urls: dict[str, str], network: Sender) -> AsyncIterator[Sandboxed]:
    """Its checks are done at once, unless a test says otherwise."""
    backend = Sandboxed(sandbox_urls["compliance"], network)
    await backend.calm()
    await backend.control("POST", "running-time", {"seconds": 0})
    yield backend
    await backend.calm()
    await backend.control("POST", "running-time", {"seconds": 0})


@pytest.fixture
def provider(backend: Sandboxed, network: Sender) -> Connector:
    return connector(network, url=backend.url)


def connector(network: Sender, **options: Any) -> Connector:
    options = {"api_key": "sandbox-screening-key", "timeout_seconds": 1} | options
    return Connector(Options.model_validate(options), Reach(network))


@pytest.fixture
def ref() -> str:
    return f"S-{uuid4().hex}"


async def checks(backend: Sandboxed, ref: str) -> list[dict[str, Any]]:
    found = (await backend.state())["checks"]
    return [check for check in found if check["externalReference"] == ref]


async def made_by_hand(backend: Sandboxed, network: Sender, ref: str) -> None:
    """A second check under a reference, as a slower rival makes one."""
    applicant = {"type": "NATURAL_PERSON", "fullName": "Halvard Brink", "residence": "NO"}
    body = orjson.dumps({"externalReference": ref, "applicant": applicant})
    headers = [(b"x-api-key", b"sandbox-screening-key")]
    reply = await network(Request("POST", f"{backend.url}/v2/checks", headers, body), timeout=5)
    assert reply.status == 201


async def test_a_check_is_pending_until_it_is_done(
    provider: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.control("POST", "running-time", {"seconds": 600})

    pending = await provider.put_screening(ref, WATCHED)
    with pytest.raises(Rejected) as caught:
        await provider.decide(ref, CLEAR)
    await backend.advance_clock(601)

    assert (pending.status, pending.reasons, pending.screened_at) == ("pending", [], None)
    assert caught.value.slug == "not-in-review"
    assert (await provider.get_screening(ref)).status == "review"


@pytest.mark.parametrize(("verdict", "status"), [("PASS", "clear"), ("FAIL", "rejected")])
async def test_an_analyst_of_the_provider_may_decide_first(
    provider: Connector, backend: Sandboxed, ref: str, verdict: str, status: str
) -> None:
    await provider.put_screening(ref, WATCHED)
    order = {"externalReference": ref, "verdict": verdict}
    await backend.control("POST", "resolutions", order)

    screening = await provider.get_screening(ref)

    assert screening.status == status
    assert screening.decision is not None
    assert screening.decision.by == "provider"
    same, other = (CLEAR, REJECTED) if status == "clear" else (REJECTED, CLEAR)
    assert await provider.decide(ref, same) == screening
    with pytest.raises(Rejected) as caught:
        await provider.decide(ref, other)
    assert caught.value.slug == "conflict"


@pytest.mark.parametrize("kind", ["timeout_after_commit", "drop_after_commit"])
async def test_a_check_whose_answer_was_lost_is_found_and_not_made_again(
    provider: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("createCheck", kind)

    screening = await provider.put_screening(ref, ADA)

    assert screening.status == "clear"
    assert len(await checks(backend, ref)) == 1
    assert len(await backend.calls("createCheck")) == 1


async def test_a_check_that_was_not_made_is_told_as_a_failure_and_made_the_next_time(
    provider: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.fault("createCheck", "error_500")

    with pytest.raises(Unavailable) as caught:
        await provider.put_screening(ref, ADA)

    assert caught.value.slug == "backend-error"
    assert (await provider.put_screening(ref, ADA)).status == "clear"
    assert len(await checks(backend, ref)) == 1


async def test_a_resolution_whose_answer_was_lost_counts_once(
    provider: Connector, backend: Sandboxed, ref: str
) -> None:
    await provider.put_screening(ref, WATCHED)
    await backend.fault("resolveCheck", "drop_after_commit")

    decided = await provider.decide(ref, CLEAR)

    assert (decided.status, len(await backend.calls("resolveCheck"))) == ("clear", 2)


async def test_a_resolution_that_a_proxy_swallowed_is_told_as_a_failure_and_made_the_next_time(
    provider: Connector, backend: Sandboxed, ref: str
) -> None:
    await provider.put_screening(ref, WATCHED)
    await backend.fault("resolveCheck", "html")

    with pytest.raises(Unavailable) as caught:
        await provider.decide(ref, CLEAR)

    assert caught.value.slug == "bad-answer"
    assert (await provider.decide(ref, CLEAR)).status == "clear"


async def test_of_two_checks_the_oldest_counts_though_it_is_on_the_last_page(
    provider: Connector, backend: Sandboxed, network: Sender, ref: str
) -> None:
    first = await provider.put_screening(ref, ADA)
    others = (provider.put_screening(f"{ref}.{n}", WATCHED) for n in range(60))
    await asyncio.gather(*others)
    await made_by_hand(backend, network, ref)
    await backend.calm()

    assert await provider.get_screening(ref) == first
    assert len(await backend.calls("searchChecks")) == 3


async def test_of_two_under_one_reference_everybody_takes_the_oldest(
    provider: Connector, backend: Sandboxed, ref: str
) -> None:
    told = await asyncio.gather(*(provider.put_screening(ref, ADA) for _ in range(4)))

    oldest = (await checks(backend, ref))[0]["checkId"]
    assert {screening.reference for screening in told} == {oldest}


async def test_all_of_a_subject_arrives_in_their_words(
    provider: Connector, backend: Sandboxed, ref: str
) -> None:
    subject = Subject(
        kind="organisation",
        name="Tanaka & Sons",
        country="NL",
        birth_date=date(1990, 5, 17),
        email="inkoop@tanaka.example",
        address=Address(street="Dijk 1", city="Amsterdam", postal_code="1013 JG", country="NL"),
        document=Document(kind="identity-card", number="Z9", expires_on=date(2031, 1, 2)),
    )

    await provider.put_screening(ref, subject)

    assert (await checks(backend, ref))[0]["applicant"] == {
        "type": "LEGAL_ENTITY",
        "fullName": "Tanaka & Sons",
        "residence": "NL",
        "dateOfBirth": "1990-05-17",
        "contactEmail": "inkoop@tanaka.example",
        "address": {
            "lines": ["Dijk 1"],
            "town": "Amsterdam",
            "postcode": "1013 JG",
            "country": "NL",
        },
        "identityDocument": {"type": "ID_CARD", "number": "Z9", "validUntil": "2031-01-02"},
    }


async def test_what_the_provider_does_not_accept_is_pointed_at(
    provider: Connector, ref: str
) -> None:
    unborn = ADA.model_copy(update={"birth_date": date(2999, 1, 1)})

    with pytest.raises(Rejected) as caught:
        await provider.put_screening(ref, unborn)

    assert caught.value.code == 422
    assert [error["pointer"] for error in caught.value.document["errors"]] == ["#/birthDate"]


async def test_a_wrong_base_url_is_for_an_operator(
    backend: Sandboxed, network: Sender, ref: str
) -> None:
    elsewhere = connector(network, url=f"{backend.url}/v9")

    for call in (elsewhere.get_screening(ref), elsewhere.put_screening(ref, ADA)):
        with pytest.raises(Misconfigured):
            await call


@pytest.mark.parametrize("kind", ["unauthorized", "html", "truncated", "timeout_after_commit"])
async def test_no_failure_repeats_who_was_screened(
    provider: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("*", kind, times=5)

    with capture_logs() as lines, pytest.raises(Problem) as caught:
        await provider.put_screening(ref, ADA)

    assert lines
    assert "Ada" not in f"{caught.value.document} {lines}"


TOLD: dict[str, Any] = {
    "checkId": "chk_1",
    "externalReference": "S-1",
    "clientData": "",
    "state": "COMPLETED",
    "result": "PASS",
    "alerts": [],
    "completedAt": "2026-01-01T00:00:00Z",
    "resolution": None,
}


def told(**other: Any) -> Screening:
    check = words.check_under("S-1", TOLD | other)
    assert check is not None
    return check.screening


@pytest.mark.parametrize(
    "other",
    [
        {"state": "ON_HOLD"},
        {"result": "MAYBE"},
        {"result": None},
        {"resolution": {"verdict": "SHRUG", "analyst": "a", "at": "2026-01-01T00:00:00Z"}},
    ],
)
def test_what_is_not_known_is_never_clear(other: dict[str, Any]) -> None:
    with pytest.raises((ValueError, LookupError)):
        told(**other)


def test_a_reason_we_do_not_know_is_a_reason() -> None:
    alerts = [{"code": code} for code in ("NEW_RULE", "PEP", "OTHER_NEW_RULE")]

    assert told(result="REFER", alerts=alerts).reasons == ["other", "politically-exposed"]
