"""`strata demo` keeps serving until it is stopped, and is then gone without a trace."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from tests.demo.running import demo, descendants, gone, stop

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def taken() -> Iterator[int]:
    """The platform's usual port, by us or by somebody else."""
    with closing(socket.socket()) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            listener.bind(("127.0.0.1", 8000))
            listener.listen()
        yield 8000


def test_it_can_be_used_until_ctrl_c(tmp_path: Path, taken: int) -> None:
    with demo(tmp_path) as process:
        pages, commands = _invited(process)

        platform = pages["health"].removesuffix("/health/ready")
        assert httpx.URL(platform).port != taken
        for page in pages.values():
            assert httpx.get(page).is_success, page
        # Verbatim, as somebody copies them out of the terminal.
        typed = ["/bin/bash", "-c", commands]
        ordered = subprocess.run(typed, capture_output=True, text=True, check=True)
        assert json.loads(ordered.stdout)["status"] == "placed"

        children = descendants(process)
        out, err = stop(process)
    assert process.returncode == 0
    assert gone(children)
    assert out == "\nstopping\n"
    assert f"port {taken} is taken; using a free one instead" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_in_the_middle(tmp_path: Path, number: signal.Signals) -> None:
    with demo(tmp_path, "--once") as process:
        children = _begun(process)
        _, err = stop(process, number)
    assert process.returncode == 130
    assert gone(children)
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_not_even_kill_9_leaves_a_process(tmp_path: Path) -> None:
    with demo(tmp_path, "--once") as process:
        children = _begun(process)
        stop(process, signal.SIGKILL)
    assert gone(children)


def _invited(process: subprocess.Popen[str]) -> tuple[dict[str, str], str]:
    """The pages and the commands it invites to, once the story is told."""
    assert process.stdout is not None
    before = iter(process.stdout.readline, "Place an order of your own:\n")
    pages = dict(line.strip().rsplit(maxsplit=1) for line in before if "http://" in line)
    assert process.stdout.readline() == "\n"
    return pages, "".join(iter(process.stdout.readline, "\n"))


def _begun(process: subprocess.Popen[str]) -> list:  # type: ignore[type-arg]
    """Its children, once an order is under way."""
    assert process.stdout is not None
    next(line for line in process.stdout if "An order goes through" in line)
    time.sleep(0.1)
    return descendants(process)
