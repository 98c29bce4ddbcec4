"""The process: start, stop, restart, kill; and that two fresh sandboxes agree."""

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from sandbox.launch import ROOT, Running, launch

Clients = dict[str, AsyncClient]
HOLD = {"lines": [{"article": "CBL-USBC-2M", "qty": 1}], "ttlSeconds": 600}
PAYMENT = {"amount": "1495", "currency": "eur", "payment_method": "pm_card_visa"}
PAYMENT |= {"capture_method": "manual", "confirm": "true"}
SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<CreateSalesOrder xmlns="urn:sandbox-erp:sales:v1"><ExtRef>{ref}</ExtRef>'
    "<CustNo>C-1001</CustNo><Currency>EUR</Currency><Lines><Line><MatNo>CBL-USBC-2M</MatNo>"
    "<Qty>1</Qty><UnitPrice>14.95</UnitPrice></Line></Lines></CreateSalesOrder>"
    "</s:Body></s:Envelope>"
)
INTENTS = "SELECT status, value FROM intents LEFT JOIN intent_metadata ON intent = no"
TIMES = re.compile(r'("(?:created|expiresAt)":|<erp:CreatedAt>)[^,<}]+')


async def some_business(clients: Clients, ref: str) -> list[str]:
    """A call to each backend; the answers with their times left out."""
    replies = [
        await clients["erp"].post("/soap", content=SOAP.format(ref=ref)),
        await clients["crm"].put(
            f"/accounts/by-ref/{ref}", json={"displayName": "A", "mail": "a@b.c"}
        ),
        await clients["inventory"].put(f"/holds/{ref}", json=HOLD),
        await clients["payments"].post("/v1/payment_intents", data=PAYMENT),
    ]
    assert all(reply.status_code in (200, 201) for reply in replies)
    return [TIMES.sub(r"\1", re.sub(r'"modifiedAt":\d+', "", reply.text)) for reply in replies]


async def states(clients: Clients) -> dict[str, Any]:
    return {name: (await each.get("/_sandbox/state")).json() for name, each in clients.items()}


async def test_two_fresh_sandboxes_give_the_same_answers(
    another: Callable[[], Running], connect: Callable[[Running], Clients]
) -> None:
    one, two = connect(another()), connect(another())
    for ref in ("same-1", "same-2"):
        assert await some_business(one, ref) == await some_business(two, ref)


async def test_the_state_survives_a_restart(
    tmp_path: Path, connect: Callable[[Running], Clients]
) -> None:
    with launch(tmp_path / "data") as first:
        clients = connect(first)
        await some_business(clients, "kept-1")
        before = await states(clients)
    assert first.process.returncode == 0
    with launch(tmp_path / "data") as second:
        clients = connect(second)
        assert await states(clients) == before
        answers = await some_business(clients, "kept-2")
    assert "4500000002" in answers[0]
    assert "pi_000000000002" in answers[3]


async def keep_paying(payments: AsyncClient, worker: int) -> list[str]:
    """Authorise and capture until the server dies; the keys of the calls that were answered."""
    answered = []
    for number in range(10_000):
        key = f"kill-{worker}-{number}"
        data = PAYMENT | {"capture_method": "automatic", "metadata[reference]": key}
        try:
            reply = await payments.post(
                "/v1/payment_intents", data=data, headers={"idempotency-key": key}
            )
        except httpx.TransportError:
            break
        assert reply.status_code == 200
        answered.append(key)
    return answered


async def test_a_kill_loses_nothing_answered_and_halves_nothing(
    tmp_path: Path, connect: Callable[[Running], Clients]
) -> None:
    with launch(tmp_path) as running:
        clients = connect(running)
        workers = [asyncio.create_task(keep_paying(clients["payments"], n)) for n in range(4)]
        await asyncio.sleep(0.3)
        running.process.send_signal(signal.SIGKILL)
        answered = {key for keys in await asyncio.gather(*workers) for key in keys}
    assert len(answered) > 10
    db = sqlite3.connect(tmp_path / "payments.db")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    keys = {key for (key,) in db.execute("SELECT key FROM idempotency")}
    intents = [tuple(row) for row in db.execute(INTENTS)]
    db.close()
    assert sorted(intents) == sorted(("succeeded", key) for key in keys)
    assert answered <= keys
    with launch(tmp_path) as again:
        payments = connect(again)["payments"]
        key = next(iter(answered))
        data = PAYMENT | {"capture_method": "automatic", "metadata[reference]": key}
        headers = {"idempotency-key": key}
        reply = await payments.post("/v1/payment_intents", data=data, headers=headers)
        assert reply.headers["idempotent-replayed"] == "true"
        assert len((await states({"p": payments}))["p"]["intents"]) == len(keys)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly_even_while_a_caller_waits(
    connect: Callable[[Running], Clients], number: signal.Signals
) -> None:
    with launch() as running:
        crm = connect(running)["crm"]
        fault = {"operation": "*", "kind": "timeout_after_commit", "seconds": 600}
        await crm.post("/_sandbox/faults", json=fault)
        waiting = asyncio.create_task(crm.get("/accounts/acc_000001"))
        await asyncio.sleep(0.05)
        running.process.send_signal(number)
        assert await asyncio.to_thread(running.process.wait, 5) == 0
        with pytest.raises(httpx.TransportError):
            await waiting


def test_nothing_but_the_addresses_is_printed_and_the_temporary_state_is_removed(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "sandbox", "--ports", "any"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        assert process.stdout is not None
        assert '"payments": "http://127.0.0.1:' in process.stdout.readline()
        assert list(tmp_path.iterdir()) != []
        process.terminate()
        assert process.communicate(timeout=5) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_clear_line_and_exit_code_2(running: Running) -> None:
    port = running.urls["crm"].rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox", "--ports", f"crm={port}", "--only", "crm"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"Cannot listen on 127.0.0.1:{port}: Address already in use\n"


async def test_no_answer_waits_for_a_delayed_ack(clients: Clients) -> None:
    async def duration() -> float:
        start = time.monotonic()
        await clients["inventory"].get("/stock/DOCK-TB4")
        return time.monotonic() - start

    assert median([await duration() for _ in range(15)]) < 0.03


def test_the_seed_is_the_same_in_every_backend(running: Running) -> None:
    states = {
        name: httpx.get(f"{running.urls[name]}/_sandbox/state").json()
        for name in ("erp", "crm", "inventory")
    }
    materials = {material["MatNo"] for material in states["erp"]["materials"]}
    assert materials == states["inventory"]["articles"].keys()
    numbers = {customer["CustNo"] for customer in states["erp"]["customers"]}
    refs = {account["externalRef"] for account in states["crm"]["accounts"]}
    assert {f"C-{number}" for number in range(1001, 1009)} <= numbers & refs


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--ports", "erp=70000"], "a port is a number from 0 to 65535"),
        (["--ports", "erp"], "a port is a number from 0 to 65535"),
        (["--ports", "nobody=1"], "there is no backend 'nobody'; there are erp,"),
        (["--only", "erp,nobody"], "there is no backend 'nobody'; there are erp,"),
    ],
)
def test_a_wrong_flag_is_one_clear_line(wrong: list[str], says: str) -> None:
    command = [sys.executable, "-m", "sandbox", *wrong]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert says in done.stderr.splitlines()[-1]


def test_only_what_is_asked_for_is_started() -> None:
    with launch(only=["crm"]) as running:
        assert list(running.urls) == ["crm"]
