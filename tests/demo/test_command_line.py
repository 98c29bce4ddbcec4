"""What `strata demo` and `strata sandbox` take, and what they refuse."""

import json
import socket
import subprocess
import sys

import httpx
import pytest

from sandbox.demo import main
from sandbox.demo.ports import ANY, usual

SANDBOX = (sys.executable, "-m", "runtime.cli", "sandbox", "--ports", "any")


@pytest.mark.parametrize("wrong", [["--nope"], ["--backends", "nope"], ["extra"]])
def test_wrong_flags_are_a_usage_error(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "usage: strata demo" in capsys.readouterr().err


def test_a_taken_port_is_said_and_another_one_is_found() -> None:
    said: list[str] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert usual({"erp": port}, said.append) == {"erp": ANY}
    assert said == [f"port {port} is taken; using a free one instead"]
    assert usual({"erp": port}, said.append) == {"erp": port}


def test_the_sandbox_listens_where_it_is_told() -> None:
    with subprocess.Popen([*SANDBOX, "--host", "0.0.0.0"], stdout=subprocess.PIPE) as process:  # noqa: S104
        try:
            assert process.stdout is not None
            urls = json.loads(process.stdout.readline())
            reply = httpx.get(f"{urls['erp']}/_sandbox/state")
        finally:
            process.terminate()
    assert reply.json()["orders"] == []
    assert process.returncode == 0


def test_an_address_that_is_not_ours_is_one_line() -> None:
    command = [*SANDBOX, "--host", "nowhere.invalid"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Cannot listen on nowhere.invalid:0: ")
    assert done.stderr.count("\n") == 1
