"""`strata backends` against a process that runs."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.serving.backends import main
from tests.runtime.commanded import Command, commanded

OPERATIONS = {
    "secret": "s",
    "subject": "maria",
    "layer": "system",
    "scopes": ["backends:operate"],
}


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("process")
    content = {
        "data_dir": f"{folder}/state",
        "security": {"development_clients": {"operations": OPERATIONS}},
    }
    file = folder / "overlay.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


@pytest.fixture(scope="module")
def url(overlay: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "runtime.cli", "serve", "system/crm", "system/inventory"]
    command += ["--port", "0", "--json", "--config", str(overlay)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.fixture
def command(
    url: str, overlay: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    return commanded(main, url, overlay, capsys, monkeypatch)


def row(command: Command, name: str) -> dict[str, Any]:
    _, said, _ = command("--json")
    found: dict[str, Any] = next(row for row in json.loads(said) if row["backend"] == name)
    return found


def test_every_backend_is_a_line(command: Command) -> None:
    status, said, _ = command()

    heading, *lines = said.splitlines()
    assert status == 0
    assert heading.split()[:3] == ["backend", "vendor", "state"]
    assert sorted(line.split()[:3] for line in lines) == [
        ["crm", "sandbox_rest", "closed"],
        ["inventory", "sandbox_rest", "closed"],
    ]


def test_it_holds_a_breaker_open_or_closed_and_lets_it_go(command: Command) -> None:
    status, said, _ = command("open", "crm", "--reason", "maintenance [until six]")
    assert status == 0
    assert "open by operations: maintenance [until six]" in said
    assert row(command, "crm")["state"] == "open"

    command("close", "crm", "--reason", "it is well")
    assert row(command, "crm")["forced"]["reason"] == "it is well"

    command("auto", "crm", "--reason", "as ever")
    assert row(command, "crm")["forced"] is None


def test_a_wrong_name_is_answered_with_the_right_ones(command: Command) -> None:
    status, said, complaint = command("open", "cmr", "--reason", "maintenance")

    assert (status, said) == (1, "")
    assert complaint == (
        "strata backends: There is no such backend: this process has crm, inventory\n"
    )


def test_an_order_without_a_reason_is_no_order(command: Command) -> None:
    status, _, complaint = command("open", "crm")

    assert status == 2
    assert "open needs the name of a backend and --reason" in complaint


def test_a_reason_that_is_none_is_refused(command: Command) -> None:
    status, _, complaint = command("open", "crm", "--reason", "x")

    assert status == 1
    assert "at least 3 characters" in complaint


def test_where_nothing_runs_it_says_so(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        status, _, complaint = command(at=nowhere)

    assert status == 1
    assert complaint.startswith(f"strata backends: nothing answers at {nowhere}")


@pytest.mark.parametrize("url", ["nonsense", "http://[::", ""])
def test_what_is_no_address_is_named(command: Command, url: str) -> None:
    status, _, complaint = command(at=url)

    assert status == 1
    assert complaint.startswith("strata backends: ")


def test_a_token_that_does_not_allow_it_is_refused(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRATA_TOKEN", "not.a.token")

    status, _, complaint = command("open", "crm", "--reason", "maintenance")

    assert status == 1
    assert "A valid access token is required" in complaint
