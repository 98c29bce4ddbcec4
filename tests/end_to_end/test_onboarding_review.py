"""What only a person can decide waits for one, whatever dies meanwhile; what was decided stays so."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings, id_of, somebody, watched

CONFLICT = 409


def refusal(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, str(reply.json().get("type", "")).rpartition(":")[2]


async def in_review(onboardings: Onboardings, key: str, new: dict[str, Any]) -> str:
    reply = await onboardings.start(key, new)
    assert (reply.status_code, reply.json()["status"]) == (202, "review"), reply.text
    return id_of(reply)


async def test_an_approved_one_is_taken_on_and_the_provider_is_told(
    onboardings: Onboardings, key: str
) -> None:
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)
    assert onboardings.in_erp(new["email"]) == []

    reply = await onboardings.decide(onboarding_id, "approve")

    assert reply.status_code == 200, reply.text
    onboardings.assert_taken_on(new, reply.json())
    [check] = onboardings.checks(onboarding_id)
    assert (check["resolution"]["verdict"], check["resolution"]["analyst"]) == (
        "PASS",
        "reviewer-7",
    )
    assert reply.json()["review"]["decision"] == {
        "outcome": "approve",
        "by": "reviewer-7",
        "reason": "looked at the passport",
    }
    again = await onboardings.start(key, new)
    assert (again.status_code, again.json()["customerId"]) == (201, reply.json()["customerId"])


async def test_a_rejected_one_leaves_nothing_but_the_audit(
    onboardings: Onboardings, key: str
) -> None:
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)

    reply = await onboardings.decide(onboarding_id, "reject")

    assert (reply.status_code, reply.json()["status"]) == (200, "rejected"), reply.text
    assert refusal(await onboardings.start(key, new)) == (422, "review-rejected")
    onboardings.assert_nothing_left_of(new)
    [check] = onboardings.checks(onboarding_id)
    assert check["resolution"]["verdict"] == "FAIL"
    assert [entry["outcome"] for entry in reply.json()["timeline"]] == ["done"] * 3


async def test_a_decision_is_made_once(onboardings: Onboardings, key: str) -> None:
    onboarding_id = await in_review(onboardings, key, watched())

    replies = await asyncio.gather(
        *(onboardings.decide(onboarding_id, outcome) for outcome in ("approve", "reject") * 2)
    )
    made = (await onboardings.get(onboarding_id))["review"]["decision"]
    other = {"approve": "reject", "reject": "approve"}[made["outcome"]]
    again = await onboardings.decide(onboarding_id, made["outcome"])
    changed = await onboardings.decide(onboarding_id, other)
    another = await onboardings.decide(onboarding_id, made["outcome"], "another reason")

    assert sorted(reply.status_code for reply in replies) == [200, 200, 409, 409]
    assert again.status_code == 200
    assert again.content in {reply.content for reply in replies}
    assert refusal(changed) == refusal(another) == (CONFLICT, "already-decided")


async def test_there_is_nothing_to_decide_about_others(onboardings: Onboardings, key: str) -> None:
    completed = id_of(await onboardings.start(key, somebody()))

    done = await onboardings.decide(completed, "reject")
    none = await onboardings.decide(f"onb_{'0' * 20}", "approve")

    assert refusal(done) == (CONFLICT, "not-in-review")
    assert refusal(none) == (404, "missing")
    assert (await onboardings.get(completed))["status"] == "completed"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"outcome": "maybe", "reason": "who knows"}, "#/outcome"),
        ({"outcome": "approve"}, "#/reason"),
        ({"outcome": "approve", "reason": "x"}, "#/reason"),
        ({"outcome": "approve", "reason": "because", "by": "somebody-else"}, "#/by"),
    ],
)
async def test_a_decision_that_cannot_be_is_pointed_at(
    onboardings: Onboardings, key: str, body: dict[str, str], pointer: str
) -> None:
    onboarding_id = await in_review(onboardings, key, watched())

    reply = await onboardings.decide(onboarding_id, "", json=body)

    assert refusal(reply) == (422, "invalid")
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert (await onboardings.get(onboarding_id))["status"] == "review"


async def test_only_reviewers_decide_and_see_what_there_is_to_decide(
    onboardings: Onboardings, key: str
) -> None:
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)

    decided = await onboardings.decide(onboarding_id, "approve", client="backoffice")
    listed = await onboardings.ask("GET", "/onboardings?status=review")
    own = await onboardings.get(onboarding_id, client="backoffice")
    reviewed = await onboardings.get(onboarding_id)

    assert decided.status_code == listed.status_code == 403
    assert (own["status"], own.get("review")) == ("review", None)
    assert reviewed["review"]["screening"] == ["name-match"]
    assert reviewed["review"]["applicant"]["birthDate"] == new["birthDate"]
    done = (await onboardings.decide(onboarding_id, "approve")).json()
    assert "applicant" not in done["review"]


async def test_reviewers_find_what_waits_page_by_page(onboardings: Onboardings, key: str) -> None:
    waiting = [await in_review(onboardings, f"{key}-{n}", watched()) for n in range(3)]
    through = id_of(await onboardings.start(f"{key}-x", somebody()))

    seen: list[str] = []
    path = "/onboardings?status=review&limit=2"
    reply = await onboardings.ask("GET", path, client="reviewer")
    while True:
        page = reply.json()
        seen += [one["id"] for one in page["items"]]
        if "nextCursor" not in page:
            break
        cursor = f"{path}&cursor={page['nextCursor']}"
        reply = await onboardings.ask("GET", cursor, client="reviewer")
    done = await onboardings.ask("GET", "/onboardings?status=completed", client="reviewer")
    odd = await onboardings.ask("GET", f"{path}&cursor=onb_{'0' * 20}", client="reviewer")

    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in waiting] == waiting[::-1]
    assert through not in seen
    assert done.json()["items"][0]["id"] == through
    assert refusal(odd) == (400, "invalid-parameter")
    for onboarding_id in waiting:
        await onboardings.decide(onboarding_id, "reject")


async def test_who_is_likely_a_customer_already_is_looked_at(
    onboardings: Onboardings, key: str
) -> None:
    new = somebody(email="Bruno.Marchetti+shop@example.com")
    onboarding_id = await in_review(onboardings, key, new)

    [likely] = (await onboardings.get(onboarding_id))["review"]["duplicates"]
    shown = await onboardings.get(onboarding_id, client="backoffice")
    reply = await onboardings.decide(onboarding_id, "approve", "two people, says Bruno")

    assert (likely["customerId"], likely["certainty"], likely["reasons"]) == (
        "C-1002",
        "likely",
        ["similar-email"],
    )
    assert "C-1002" not in str(shown)
    onboardings.assert_taken_on(new, reply.json())
    [check] = onboardings.checks(onboarding_id)
    assert check["resolution"] is None  # there was nothing for the provider to be told
    await onboardings.taken_back(reply.json()["customerId"])


@pytest.mark.parametrize(("verdict", "status"), [("PASS", "completed"), ("FAIL", "rejected")])
async def test_an_analyst_of_the_provider_may_decide_as_well(
    onboardings: Onboardings, backends: Backends, key: str, verdict: str, status: str
) -> None:
    onboarding_id = await in_review(onboardings, key, watched())

    order = {"externalReference": onboarding_id, "verdict": verdict}
    backends.control("compliance", "resolutions", order)
    onboarding = await onboardings.until(onboarding_id, "completed", "rejected")

    assert onboarding["status"] == status
    assert onboarding["review"]["decision"]["by"] == "provider"
    late = await onboardings.decide(onboarding_id, "approve")
    assert refusal(late) == (CONFLICT, "already-decided")


async def test_an_approval_does_not_go_against_a_rejection_by_the_provider(
    onboardings: Onboardings, backends: Backends, key: str
) -> None:
    """Their analyst decides, and before we have looked our reviewer does."""
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)
    order = {"externalReference": onboarding_id, "verdict": "FAIL"}
    backends.control("compliance", "resolutions", order)

    reply = await onboardings.decide(onboarding_id, "approve")

    assert refusal(reply) == (CONFLICT, "already-decided")
    assert (await onboardings.until(onboarding_id, "rejected"))["review"]["decision"]["by"] == (
        "provider"
    )
    onboardings.assert_nothing_left_of(new)


async def test_a_provider_that_is_away_for_a_while_does_not_end_a_review(
    onboardings: Onboardings, backends: Backends, key: str
) -> None:
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)
    backends.fault("compliance", "searchChecks", "html", times=100)  # which is not tried again
    before = len(backends.calls("compliance"))
    for _ in range(400):
        if len(backends.calls("compliance")) > before:
            break
        await asyncio.sleep(0.02)
    backends.mend()

    reply = await onboardings.decide(onboarding_id, "approve")

    onboardings.assert_taken_on(new, reply.json())


async def test_a_provider_that_cannot_be_told_does_not_lose_the_decision(
    onboardings: Onboardings, backends: Backends, key: str
) -> None:
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)
    backends.fault("compliance", "resolveCheck", "html", times=2)

    reply = await onboardings.decide(onboarding_id, "approve")

    onboardings.assert_taken_on(new, await onboardings.until(onboarding_id, "completed", "failed"))
    assert reply.status_code in {200, 202}
    [check] = onboardings.checks(onboarding_id)
    assert check["resolution"]["verdict"] == "PASS"


async def test_a_review_outlives_the_process(
    onboardings: Onboardings, platform: Deployment, key: str
) -> None:
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)

    platform.kill("process/onboarding")
    platform.restart("process/onboarding")
    assert (await onboardings.get(onboarding_id))["status"] == "review"
    reply = await onboardings.decide(onboarding_id, "approve")

    onboardings.assert_taken_on(new, reply.json())
    assert len(onboardings.checks(onboarding_id)) == 1


async def test_a_decision_outlives_the_process(
    onboardings: Onboardings, platform: Deployment, backends: Backends, key: str
) -> None:
    """kill -9 while the provider is told of it."""
    new = watched()
    onboarding_id = await in_review(onboardings, key, new)
    backends.fault("compliance", "resolveCheck", "timeout_after_commit", seconds=20)
    deciding = asyncio.create_task(onboardings.decide(onboarding_id, "approve"))
    for _ in range(400):
        if "resolveCheck" in backends.calls("compliance"):
            break
        await asyncio.sleep(0.02)

    platform.kill("process/onboarding")
    await asyncio.gather(deciding, return_exceptions=True)
    backends.mend()
    platform.restart("process/onboarding")

    onboardings.assert_taken_on(new, await onboardings.until(onboarding_id, "completed"))
    again = await onboardings.decide(onboarding_id, "approve")
    assert again.status_code == 200
