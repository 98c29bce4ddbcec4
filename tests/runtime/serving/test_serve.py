"""`strata serve` and `strata routes` as their users run them: what they say and how they end."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import structlog
import yaml

from runtime import cli
from runtime.serving import catalogue

STRATA = str(Path(sys.executable).with_name("strata"))
MOBILE = "experience/mobile"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


NOT_THERE = dict.fromkeys(
    (name for name in catalogue.names() if name.startswith("process/")), "http://127.0.0.1:9"
)
Run = Callable[..., Ended]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    return write_overlay(tmp_path)


def write_overlay(folder: Path, **more: object) -> Path:
    """Enough for one API without a backend: keys of its own, and peers that are not there."""
    content = {"data_dir": f"{folder}/state", "listen": {"port": 0}, "peers": NOT_THERE, **more}
    file = folder / "overlay.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """The `strata` command in this process, which is cheaper where it ends at once."""
    handlers = logging.root.handlers[:]
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["strata", *map(str, arguments)])
        try:
            status = cli.main()
        except SystemExit as error:
            status = int(error.code or 0)
        logging.root.handlers[:] = handlers
        structlog.reset_defaults()
        return Ended(status, *capfd.readouterr())

    return run


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts `strata` as a process, and ends it when its test has not."""
    started: list[subprocess.Popen[str]] = []
    folder = tmp_path_factory.mktemp("processes")

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        with (folder / "log").open("a") as log:
            process = subprocess.Popen(
                [STRATA, *map(str, arguments)],
                cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        started.append(process)
        return process

    yield start
    assert "Traceback" not in (folder / "log").read_text()
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def url(start: Start, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two APIs in one process, as soon as it says that it serves them."""
    overlay = write_overlay(tmp_path_factory.mktemp("served"))
    process = start("serve", MOBILE, "experience/web", MOBILE, "--config", overlay, "--json")
    said = json.loads(line(process))
    assert said["apis"] == [MOBILE, "experience/web"]
    found: str = said["url"]
    return found


def environment() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if not name.startswith("STRATA__")}


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def token(url: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": "ada", "client_secret": "ada-dev"}
    found: str = httpx.post(f"{url}/oauth/token", data=form).json()["access_token"]
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_serves_and_stops_when_told(
    start: Start, overlay: Path, number: int
) -> None:
    process = start("serve", MOBILE, "--config", overlay)

    assert line(process) == f"Strata serves {MOBILE}\n"
    said = re.fullmatch(r"on (http://127\.0\.0\.1:\d+) \(.*\)\n", line(process))
    assert said is not None
    assert httpx.get(f"{said[1]}/health/live").json() == {"status": "live"}
    assert httpx.get(f"{said[1]}/health/ready").json() == {"status": "ready", "waiting": []}
    process.send_signal(number)
    assert process.wait(timeout=20) == 0


def test_it_can_be_called_as_soon_as_it_says_so(url: str) -> None:
    for api in (MOBILE, "experience/web"):
        assert httpx.get(f"{url}/{api}/v1/openapi.json").status_code == 200
    answer = httpx.get(f"{url}/experience/mobile/v1/home")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_peer_that_is_not_there_is_a_503_over_the_network(url: str) -> None:
    headers = {"authorization": f"Bearer {token(url)}"}

    answer = httpx.get(f"{url}/experience/mobile/v1/home", headers=headers)

    assert answer.status_code == 503
    assert answer.json()["detail"] == "process/customers/v1 cannot be reached"


def test_a_body_too_long_is_refused_over_a_socket(url: str) -> None:
    headers = {
        "authorization": f"Bearer {token(url)}",
        "content-type": "application/json",
        "idempotency-key": "once-only",
    }

    def chunks() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    for content in (b" " * 300_000, chunks()):
        answer = httpx.post(f"{url}/experience/web/v1/checkout", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:strata:problem:too-large"


def test_a_call_under_way_is_answered_before_it_stops(start: Start, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as peer:
        customers = f"http://127.0.0.1:{peer.getsockname()[1]}"
        peers = {**NOT_THERE, "process/customers": customers}
        overlay = write_overlay(tmp_path, peers=peers, limits={"deadline_seconds": 0.7})
        process = start("serve", MOBILE, "--config", overlay, "--json")
        url = httpx.URL(json.loads(line(process))["url"])
        bearer = token(str(url))
        with socket.create_connection((url.host, url.port or 0)) as call:
            call.sendall(
                b"GET /experience/mobile/v1/home HTTP/1.1\r\nhost: a\r\n"
                b"authorization: Bearer " + bearer.encode() + b"\r\n\r\n"
            )
            with peer.accept()[0]:  # the call has come through to its peer, which says nothing
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=20) == 0
            assert call.recv(12) == b"HTTP/1.1 504"


def test_as_a_process_it_ends_with_the_same_status(start: Start) -> None:
    assert start("serve", "fax/machine").wait(timeout=20) == 2
    assert start("dance").wait(timeout=20) == 2


def test_a_port_in_use_is_said_in_one_line(run: Run, overlay: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

        done = run("serve", MOBILE, "--config", overlay, "--port", str(port))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"strata serve: 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fax/machine"], "there is no API 'fax/machine'; there are experience/mobile"),
        ([MOBILE], "peers.process/customers: not served here, so its base URL is needed"),
        ([MOBILE, "--port", "70000"], "listen.port: Input should be less than or equal to 65535"),
        ([MOBILE, "--host", "no such host"], "no such host:"),
        ([MOBILE, "--config", "none.yaml"], "none.yaml: No such file or directory"),
        ([MOBILE, "--config", "bad.yaml"], "listen.prot: Extra inputs are not permitted"),
        ([MOBILE, "--config", "odd.yaml"], "odd.yaml: not YAML: line 1, column 10"),
        (["system/erp", "--config", "vendor.yaml"], "backends.erp.vendor: there is no connector"),
        ([MOBILE, "--config", "file.yaml"], "not-a-folder"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    run: Run, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "bad.yaml").write_text("listen: {prot: 1}")
    (tmp_path / "odd.yaml").write_text("listen: {")
    (tmp_path / "vendor.yaml").write_text("listen: {port: 0}\nbackends: {erp: {vendor: sap}}")
    (tmp_path / "not-a-folder").write_text("")
    (tmp_path / "file.yaml").write_text(
        f"data_dir: {tmp_path}/not-a-folder\npeers: {{process/customers: 'http://127.0.0.1:9'}}\n"
    )

    done = run("serve", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("strata serve: ")
    assert says in last
    assert "Traceback" not in done.stderr


def test_a_key_that_is_damaged_is_said_in_one_line(run: Run, overlay: Path, tmp_path: Path) -> None:
    (tmp_path / "state" / "keys").mkdir(parents=True)
    (tmp_path / "state" / "keys" / "experience.jwk").write_text("{")

    done = run("serve", MOBILE, "--config", overlay)

    assert done.returncode == 2
    assert "experience.jwk: not an Ed25519 key in JWK form" in done.stderr
    assert "Traceback" not in done.stderr


def test_routes_lists_every_operation(run: Run) -> None:
    rows = json.loads(run("routes", "--json").stdout)

    assert {row["api"].rsplit("/", 1)[0] for row in rows} == set(catalogue.names())
    orders = [row for row in rows if row["api"] == "process/orders/v1"]
    [place] = [row for row in orders if row["operation"] == "placeOrder"]
    assert place["method"] == "POST"
    assert place["path"] == "/process/orders/v1/orders"
    assert place["scopes"] == ["orders:write"]
    file, number = place["handler"].split(":")
    source = (Path(catalogue.__file__).parents[2] / file).read_text().splitlines()
    assert "placeOrder" in source[int(number) - 1]


def test_routes_is_a_table_that_cuts_nothing_short(run: Run) -> None:
    done = run("routes", "system/payments")

    head, *rows = done.stdout.splitlines()
    assert head.split() == ["method", "path", "scopes", "handler"]
    assert len(rows) == 6
    last = next(row for row in rows if "refunds" in row).split()
    assert last[:3] == [
        "PUT",
        "/system/payments/v1/payments/{paymentId}/refunds/{refundId}",
        "payments:write",
    ]
    assert re.fullmatch(r"system_apis/payments/api\.py:\d+", last[3])
    assert "…" not in done.stdout


def test_routes_of_an_unknown_api_ends_with_2(run: Run) -> None:
    done = run("routes", "fax/machine")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("strata routes: there is no API 'fax/machine'; there are ")


@pytest.mark.parametrize("arguments", [["dance"], ["Serve"], ["--serve"], ["serve", "--loudly"]])
def test_a_command_line_that_cannot_be_understood_ends_with_2(
    run: Run, arguments: list[str]
) -> None:
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: strata" in done.stderr


def test_without_a_command_it_says_which_there_are(run: Run) -> None:
    done = run()

    assert done.returncode == 0
    assert all(f"\n  {command} " in done.stdout for command in ("serve", "routes", "demo"))
