"""`strata flows` against a process that runs, with one run that has failed."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from runtime.serving.flows import main
from tests.runtime.commanded import Command, commanded

SYSTEMS = ("erp", "crm", "inventory", "payments", "compliance", "notifications")
WHY = ("--reason", "ticket 4711")
ORDER = {
    "customerId": "backoffice",
    "currency": "EUR",
    "lines": [{"sku": "MS-ERGO-01", "quantity": 1}],
    "payment": {"token": "pm_card_visa"},
}


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("process")
    peers = {f"system/{name}": "http://127.0.0.1:9" for name in SYSTEMS}
    file = folder / "overlay.yaml"
    file.write_text(yaml.safe_dump({"data_dir": f"{folder}/state", "peers": peers}))
    return file


@pytest.fixture(scope="module")
def url(overlay: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "runtime.cli", "serve", "process/orders"]
    command += ["--port", "0", "--json", "--config", str(overlay)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.fixture(scope="module")
def order_id(url: str) -> str:
    """Of an order that failed, as no ERP answers."""
    form = {"grant_type": "client_credentials", "client_id": "backoffice"}
    granted = httpx.post(f"{url}/oauth/token", data={**form, "client_secret": "backoffice-dev"})
    headers = {"authorization": f"Bearer {granted.json()['access_token']}"}
    answer = httpx.post(
        f"{url}/process/orders/v1/orders",
        json=ORDER,
        headers={**headers, "idempotency-key": "the-only-one"},
        timeout=30,
    )
    assert answer.status_code == 503, answer.text
    return str(answer.json()["instance"]).rsplit("/", 1)[1]


@pytest.fixture
def command(
    url: str, overlay: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    return commanded(main, url, overlay, capsys, monkeypatch)


def test_every_run_is_a_line(command: Command, order_id: str) -> None:
    status, said, _ = command("list", "--status", "failed", "--flow", "place-order")

    heading, line = said.splitlines()
    assert status == 0
    assert heading.split()[:3] == ["run", "flow", "status"]
    assert line.split()[:4] == [order_id, "place-order", "failed", "unavailable"]
    assert len(command("list", "--status", "stuck")[1].splitlines()) == 1


def test_a_run_is_shown_with_its_steps_and_nothing_of_the_customer(
    command: Command, order_id: str
) -> None:
    status, said, _ = command("show", order_id)

    assert status == 0
    (step,) = [line for line in said.splitlines() if line.startswith("price_order")]
    assert step.split()[1:3] == ["problem", "unavailable"]
    assert "backoffice" not in said

    shown: dict[str, Any] = json.loads(command("show", order_id, "--json")[1])
    assert [step["name"] for step in shown["steps"]] == ["price_order"]


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (("retry",), "The run is not stuck: it is failed"),
        (("skip",), "The run is not stuck: it is failed"),
        (("compensate",), "The run is not under way: it is failed"),
        (("cancel",), "The run is not under way: it is failed"),
    ],
)
def test_an_order_that_is_refused_ends_with_1_and_says_why(
    command: Command, order_id: str, order: tuple[str, ...], says: str
) -> None:
    step = ("price_order",) if order == ("skip",) else ()

    assert command(*order, order_id, *step, *WHY) == (1, "", f"strata flows: {says}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("restart", "run-1", *WHY),
        ("retry", "run-1"),
        ("skip", "run-1", *WHY),
        ("cancel", *WHY),
        ("list", "--status", "lost"),
        ("list", "--limit", "many"),
        ("show", "run-1", *WHY),
    ],
)
def test_a_command_line_that_cannot_be_meant_ends_with_2(
    command: Command, arguments: tuple[str, ...]
) -> None:
    status, said, complaint = command(*arguments)

    assert (status, said) == (2, "")
    assert "usage: strata flows" in complaint


def test_what_the_process_refuses_is_said(command: Command) -> None:
    assert "no flow of this process has a run run-1" in command("show", "run-1")[2]
    assert "no such path" in command("show", "run/1")[2]
    assert "greater than or equal to 1" in command("list", "--limit", "0")[2]
    assert "at least 3 characters" in command("cancel", "run-1", "--reason", "x")[2]


def test_a_token_that_does_not_allow_it_is_refused(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRATA_TOKEN", "not.a.token")

    status, _, complaint = command("list")

    assert status == 1
    assert "A valid access token is required" in complaint


def test_where_nothing_runs_it_says_so(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        status, _, complaint = command("list", at=nowhere)

    assert status == 1
    assert complaint.startswith(f"strata flows: nothing answers at {nowhere}")
