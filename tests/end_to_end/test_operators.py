"""`strata flows` beside a running platform: what is stuck is found and mended, what runs is stopped."""

import asyncio
import json
import subprocess
import sys
from typing import Any

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment, environment
from tests.end_to_end.orders import RUNS, operator

CART = {"MS-ERGO-01": 1}
MINOR = 6490
WHY = ("--reason", "ticket 4711")


async def flows(platform: Deployment, *arguments: str) -> tuple[int, str, str]:
    """Its exit code, output and complaint, as a process of its own."""
    command = [sys.executable, "-m", "runtime.cli", "flows", *arguments]
    command += ["--url", platform.urls["process/orders"]]
    command += ["--config", str(platform.folder / "overlay.yaml")]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, env=environment(), check=False
    )
    return done.returncode, done.stdout, done.stderr


async def ask(platform: Deployment, *arguments: str) -> dict[str, Any]:
    status, said, complaint = await flows(platform, *arguments, "--json")
    assert status == 0, complaint
    return dict(json.loads(said))


async def until(platform: Deployment, order_id: str, status: str) -> dict[str, Any]:
    async with operator(platform) as http:
        for _ in range(600):
            run = dict((await http.get(f"{RUNS}/{order_id}")).json())
            if run["status"] == status:
                return run
            await asyncio.sleep(0.05)
    raise TimeoutError(f"{order_id} is {run['status']}")


async def stuck(
    platform: Deployment, backends: Backends, key: str, backend: str, operation: str
) -> str:
    """An order that a refusal after the pivot has stopped; its id."""
    backends.fault(backend, operation, "unauthorized", times=1)
    reply = await platform.checkout(key, CART)
    order_id = str(reply.json()["id"])
    run = await until(platform, order_id, "stuck")
    assert run["problem"] == "urn:strata:problem:stuck"
    return order_id


async def cancelled(platform: Deployment) -> str:
    """Cancel the run that is under way; its id."""
    async with operator(platform) as http:
        running = await http.get(f"{RUNS}?status=running&flow=place-order")
        (run,) = running.json()["items"]
        order = {"action": "cancel", "reason": "the customer called"}
        answer = await http.post(f"{RUNS}/{run['id']}/orders", json=order)
    assert (answer.status_code, answer.json()["status"]) == (202, "running"), answer.text
    return str(run["id"])


async def test_a_stuck_order_is_found_and_retried(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order_id = await stuck(platform, backends, key, "payments", "captureIntent")

    found = await ask(platform, "list", "--status", "stuck", "--flow", "place-order")
    assert [run["stuckAt"] for run in found["items"] if run["id"] == order_id] == [
        ["capture_payment"]
    ]
    status, _, complaint = await flows(platform, "compensate", order_id, *WHY)
    assert status == 1
    assert "past its point of no return: it can only go forward" in complaint
    await ask(platform, "retry", order_id, *WHY)
    run = await until(platform, order_id, "completed")

    backends.assert_complete(order_id, MINOR)
    assert [(it["action"], it["reason"], it["client"]) for it in run["orders"]] == [
        ("retry", "ticket 4711", "flow-operations")
    ]
    (line,) = [
        line
        for line in platform.log_lines()
        if line["event"] == "flow_ordered" and line["run"] == order_id
    ]
    assert (line["action"], line["reason"], line["subject"]) == (
        "retry",
        "ticket 4711",
        "operations",
    )


async def test_a_step_that_was_done_by_hand_is_skipped(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order_id = await stuck(platform, backends, key, "erp", "ConfirmSalesOrder")

    status, said, _ = await flows(platform, "skip", order_id, "confirm_erp_order", *WHY)
    assert (status, "skip confirm_erp_order" in said) == (0, True)
    await until(platform, order_id, "completed")

    assert backends.calls("erp").count("ConfirmSalesOrder") == 1  # the one that was refused
    assert backends.money_taken(order_id) == MINOR
    order = await platform.call("GET", "experience/web", f"/orders/{order_id}")
    assert order.status_code == 200, order.text


async def test_an_order_cancelled_and_killed_is_undone_after_restart(
    platform: Deployment, backends: Backends, key: str
) -> None:
    """kill -9 after the operator was told that it is ordered, in a step that would have succeeded."""
    backends.fault("erp", "CreateSalesOrder", "timeout_after_commit", times=20, seconds=30)
    asking = asyncio.create_task(platform.checkout(key, CART))
    await backends.called("erp", "CreateSalesOrder")
    order_id = await cancelled(platform)
    platform.kill()
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart()
    run = await until(platform, order_id, "failed")

    assert run["problem"] == "urn:strata:problem:cancelled"
    backends.assert_nothing_left_of(order_id)
    assert backends.erp_order(order_id) is not None  # it had been entered, and is cancelled
