"""Each step of an onboarding fails in each way, and dies: the customer is there whole, or nowhere."""

import asyncio

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings, somebody

ALL = 20
"""Times a backend fails: more than there are attempts, of all who ask at once."""

READING = [("erp", "FindCustomers"), ("crm", "findAccounts"), ("compliance", "searchChecks")]
CREATING = [("erp", "SaveCustomer"), ("erp", "SaveAddress"), ("crm", "upsertAccount")]


@pytest.mark.parametrize(("backend", "operation"), READING + CREATING)
@pytest.mark.parametrize(
    ("kind", "times"),
    [
        ("truncated", ALL),
        pytest.param("html", 1, marks=pytest.mark.once),
        pytest.param("unauthorized", 1, marks=pytest.mark.once),
    ],
)
async def test_a_backend_that_fails_undoes_it(
    onboardings: Onboardings,
    backends: Backends,
    key: str,
    backend: str,
    operation: str,
    kind: str,
    times: int,
) -> None:
    new = somebody()
    backends.fault(backend, operation, kind, times=times)

    reply = await onboardings.start(key, new)
    onboarding = await onboardings.settled(reply)

    assert reply.status_code == 502, reply.text
    assert onboarding["status"] == "failed"
    onboardings.assert_nothing_left_of(new)


@pytest.mark.parametrize(("backend", "operation"), CREATING)
async def test_a_success_hidden_by_silence_is_undone(
    onboardings: Onboardings, backends: Backends, key: str, backend: str, operation: str
) -> None:
    new = somebody()
    backends.fault(backend, operation, "timeout_after_commit", times=20, seconds=30)

    reply = await onboardings.start(key, new)
    onboarding = await onboardings.settled(reply)

    assert reply.status_code in {202, 504}
    assert (onboarding["status"], onboarding["failure"]["status"]) == ("failed", 504)
    onboardings.assert_nothing_left_of(new)


@pytest.mark.parametrize(
    ("backend", "operation"), [*READING, ("compliance", "createCheck"), *CREATING]
)
async def test_a_reply_lost_once_is_healed_and_nothing_happens_twice(
    onboardings: Onboardings, backends: Backends, key: str, backend: str, operation: str
) -> None:
    new = somebody()
    backends.fault(backend, operation, "drop_after_commit")

    onboarding = await onboardings.settled(await onboardings.start(key, new))

    onboardings.assert_taken_on(new, onboarding)
    assert len(onboardings.checks(onboarding["id"])) == 1


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("drop_after_commit", {}),
        ("timeout_after_commit", {"seconds": 5}),
        ("drop_connection", {}),
        # Its half a minute is waited for.
        pytest.param("greylist", {"times": 1}, marks=pytest.mark.once),
    ],
)
async def test_a_welcome_that_had_to_be_sent_again_has_one_message_id(
    onboardings: Onboardings,
    backends: Backends,
    key: str,
    kind: str,
    options: dict[str, int],
) -> None:
    new = somebody()
    times = options.get("times", 3)
    backends.fault("mail", "message", kind, **{"times": times, **options})

    onboarding = await onboardings.settled(await onboardings.start(key, new))

    onboardings.assert_taken_on(new, onboarding)
    assert backends.calls("mail").count("message") > times


@pytest.mark.parametrize(
    ("backend", "operation"),
    [("compliance", "createCheck"), *CREATING, ("mail", "message")],
)
async def test_one_killed_in_a_step_is_finished_after_restart(
    onboardings: Onboardings,
    platform: Deployment,
    backends: Backends,
    key: str,
    backend: str,
    operation: str,
) -> None:
    new = somebody()
    backends.fault(backend, operation, "timeout_after_commit", seconds=20)
    asking = asyncio.create_task(onboardings.start(key, new))
    for _ in range(400):
        if operation in backends.calls(backend):
            break
        await asyncio.sleep(0.02)

    platform.kill("process/onboarding")
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart("process/onboarding")
    onboarding = await onboardings.settled(await onboardings.start(key, new))

    onboardings.assert_taken_on(new, onboarding)
    assert len(onboardings.checks(onboarding["id"])) == 1


async def test_one_killed_while_it_is_undone_is_undone_after_restart(
    onboardings: Onboardings, platform: Deployment, backends: Backends, key: str
) -> None:
    new = somebody()
    backends.fault("crm", "upsertAccount", "html")
    backends.fault("erp", "RetireCustomer", "timeout_after_commit", seconds=20)
    asking = asyncio.create_task(onboardings.start(key, new))
    for _ in range(400):
        if "RetireCustomer" in backends.calls("erp"):
            break
        await asyncio.sleep(0.02)

    platform.kill("process/onboarding")
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart("process/onboarding")
    onboarding = await onboardings.settled(await onboardings.start(key, new))

    assert onboarding["status"] == "failed"
    onboardings.assert_nothing_left_of(new)
