"""Updates of a profile that fail, are interrupted or race: both systems are changed, or neither is."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.people import ANN, ANNA, Person
from tests.plain import NOBODY

ATTEMPTS = 3
"""How often a connector sends what may be repeated, when what went wrong may pass."""

STEPS = [
    ("erp", "GetCustomer"),
    ("crm", "findAccounts"),
    ("erp", "SaveCustomer"),
    ("crm", "upsertAccount"),
]
WRITES = STEPS[2:]


async def test_two_at_once_never_interleave(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends
) -> None:
    backends.fault("erp", "SaveCustomer", "delay", seconds=1)
    first = asyncio.create_task(anna.update(key, wanted))
    await backends.called("erp", "SaveCustomer")

    second = await anna.update(f"{key}-second", {**wanted, "name": "Too soon"})

    problem = second.json()
    assert second.status_code == 409
    assert (problem["type"], problem["retryAfter"]) == (
        "urn:strata:problem:update-in-progress",
        1,
    )
    assert (await first).json()["status"] == "updated"
    anna.assert_both_are(ANN)


async def test_of_many_that_begin_at_the_same_moment_one_is_carried_out(
    anna: Person, wanted: dict[str, Any], key: str
) -> None:
    names = [f"Anna {number}" for number in range(6)]
    replies = await asyncio.gather(
        *(anna.update(f"{key}-{name[5:]}", {**wanted, "name": name}) for name in names)
    )

    done = [reply for reply in replies if reply.status_code == 200]
    refused = {reply.json()["type"] for reply in replies if reply.status_code != 200}
    assert len(done) == 1
    assert refused <= {
        "urn:strata:problem:update-in-progress",
        "urn:strata:problem:profile-changed",
    }
    anna.assert_both_are({**ANN, "name": done[0].json()["profile"]["name"]})


@pytest.mark.parametrize(("backend", "operation"), STEPS)
@pytest.mark.parametrize(
    ("kind", "times", "status"),
    [
        ("error_500", ATTEMPTS, 502),
        pytest.param("html", 1, 502, marks=pytest.mark.once),
        pytest.param("truncated", ATTEMPTS, 502, marks=pytest.mark.once),
        pytest.param("unauthorized", 1, 502, marks=pytest.mark.once),
        pytest.param("too_many_requests", ATTEMPTS, 503, marks=pytest.mark.once),
    ],
)
async def test_what_fails_at_a_step_leaves_both_as_they_were(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    backend: str,
    operation: str,
    kind: str,
    times: int,
    status: int,
) -> None:
    options: dict[str, Any] = {"seconds": 1} if kind == "too_many_requests" else {}
    backends.fault(backend, operation, kind, times=times, **options)

    reply = await anna.update(key, wanted)
    update = await _ended(anna, reply)

    assert reply.status_code in {status, 202}, reply.text
    assert (update["status"], update["failure"]["status"]) == ("failed", status)
    anna.assert_both_are(ANNA)


async def test_when_the_crm_goes_down_after_the_erp_was_written_the_erp_is_put_back(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends
) -> None:
    backends.fault("crm", "upsertAccount", "error_500", times=ATTEMPTS)

    reply = await anna.update(key, wanted)

    assert reply.status_code == 502, reply.text
    assert reply.json()["instance"].startswith(
        f"/process/customers/v1/customers/{anna.id}/profile-updates/prf_"
    )
    assert backends.calls("erp").count("SaveCustomer") == 2
    anna.assert_both_are(ANNA)


@pytest.mark.parametrize(("backend", "operation"), WRITES)
async def test_a_success_hidden_by_silence_is_undone(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    backend: str,
    operation: str,
) -> None:
    backends.fault(backend, operation, "timeout_after_commit", times=ATTEMPTS, seconds=30)

    reply = await anna.update(key, wanted)
    update = await _ended(anna, reply)

    assert (update["status"], update["failure"]["status"]) == ("failed", 504)
    anna.assert_both_are(ANNA)


@pytest.mark.parametrize(("backend", "operation"), STEPS)
async def test_a_reply_lost_once_is_healed(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    backend: str,
    operation: str,
) -> None:
    backends.fault(backend, operation, "drop_after_commit")

    reply = await anna.update(key, wanted)

    assert reply.status_code == 200, reply.text
    anna.assert_both_are(ANN)


@pytest.mark.parametrize(("backend", "operation"), STEPS)
async def test_killed_in_a_step_it_is_finished_after_the_restart(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    platform: Deployment,
    backend: str,
    operation: str,
) -> None:
    backends.fault(backend, operation, "timeout_after_commit", seconds=20)
    asking = asyncio.create_task(anna.update(key, wanted))
    await backends.called(backend, operation)

    await _killed(platform, backends, asking)
    update = await _ended(anna, await anna.update(key, wanted))

    assert update["status"] == "updated", update
    anna.assert_both_are(ANN)


@pytest.mark.parametrize(
    ("backend", "operation"), [("crm", "upsertAccount"), ("erp", "SaveCustomer")]
)
async def test_killed_while_it_is_undone_it_is_undone_after_the_restart(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    platform: Deployment,
    backend: str,
    operation: str,
) -> None:
    """The second call of each is its undo."""
    backends.fault("crm", "upsertAccount", "unauthorized")
    backends.fault("erp", "SaveCustomer", "delay", seconds=0)
    backends.fault(backend, operation, "timeout_after_commit", seconds=20)
    asking = asyncio.create_task(anna.update(key, wanted))
    await backends.called(backend, operation, times=2)

    await _killed(platform, backends, asking)
    update = await _ended(anna, await anna.update(key, wanted))

    assert (update["status"], update["failure"]["status"]) == ("failed", 502)
    anna.assert_both_are(ANNA)


async def test_what_cannot_be_put_back_waits_for_an_operator_and_lets_no_other_update_by(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    platform: Deployment,
) -> None:
    """The CRM refuses us when it is written to, and again when it is to be put back."""
    backends.fault("crm", "upsertAccount", "unauthorized", times=2)

    reply = await anna.update(key, wanted)
    update = reply.json()
    second = await anna.update(f"{key}-second", wanted)

    assert (reply.status_code, update["status"]) == (202, "attention")
    anna.assert_both_are(ANNA)  # the ERP is put back all the same
    assert second.json()["type"] == "urn:strata:problem:update-in-progress"
    assert "retryAfter" not in second.json()
    await _retried(platform, update["id"])
    assert (await _ended(anna, reply))["status"] == "failed"
    assert (await anna.update(f"{key}-third", wanted)).json()["status"] == "updated"


async def test_a_caller_with_little_time_is_told_where_to_look(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends
) -> None:
    backends.fault("crm", "upsertAccount", "delay", seconds=1)

    reply = await anna.update(key, wanted, **{"x-request-timeout-ms": "600"})

    assert reply.status_code == 202, reply.text
    assert (await _ended(anna, reply))["status"] == "updated"
    anna.assert_both_are(ANN)


async def _retried(platform: Deployment, update_id: str) -> None:
    """By an operator."""
    client = {"client_id": "flow-operations", "client_secret": "flow-operations-dev"}
    async with httpx.AsyncClient(
        base_url=platform.urls["process/customers"], verify=NOBODY
    ) as http:
        form = {"grant_type": "client_credentials", **client}
        token = (await http.post("/oauth/token", data=form)).json()["access_token"]
        ordered = await http.post(
            f"/operations/flows/{update_id}/orders",
            json={"action": "retry", "reason": "the CRM takes us again"},
            headers={"authorization": f"Bearer {token}"},
        )
    assert ordered.status_code == 202, ordered.text


async def _killed(
    platform: Deployment, backends: Backends, asking: asyncio.Task[httpx.Response]
) -> None:
    """kill -9 and a restart, with the backends well again."""
    platform.kill("process/customers")
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart("process/customers")


async def _ended(anna: Person, reply: httpx.Response) -> dict[str, Any]:
    """The update once it is no more under way."""
    document = reply.json()
    update_id = document.get("instance", "").rsplit("/", 1)[-1] or document.get("id")
    assert update_id, json.dumps(document)
    for _ in range(600):
        update = dict((await anna.ask("GET", f"/profile-updates/{update_id}")).json())
        if update["status"] != "updating":
            return update
        await asyncio.sleep(0.05)
    raise TimeoutError(update_id)
