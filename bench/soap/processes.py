"""The server and the clients, each in a process of its own; the clients are asked in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.soap.npm import installed
from bench.soap.orders import WSDL

NPM = "npm_soap"


class Child:
    """`cpu`: the one it stays on, so that server and client do not push each other out of a cache."""

    def __init__(
        self, command: list[str], *, cpu: int, environment: Mapping[str, str] | None = None
    ) -> None:
        self._command = command
        pipe = subprocess.PIPE
        env = {**os.environ, **(environment or {})}
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env)
        if hasattr(os, "sched_setaffinity"):  # Linux
            os.sched_setaffinity(self._process.pid, {sorted(os.sched_getaffinity(0))[cpu]})

    def says(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._command)} ended early")
        return line

    def asked(self, command: str) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return json.loads(self.says())

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def served() -> Iterator[str]:
    """The base URL of a canned server."""
    server = Child([sys.executable, "-m", "bench.soap.server"], cpu=0)
    try:
        yield f"http://127.0.0.1:{int(server.says())}"
    finally:
        server.end()


@contextmanager
def clients(names: list[str], base_url: str) -> Iterator[dict[str, Child]]:
    started = {name: _client(name, base_url) for name in names}
    try:
        yield started
    finally:
        for client in started.values():
            client.end()


def _client(name: str, base_url: str) -> Child:
    if name != NPM:
        return Child([sys.executable, "-m", "bench.soap.child", name, base_url], cpu=-1)
    script = Path(__file__).with_name("clients") / "npm_soap.cjs"
    command = ["node", str(script), base_url, str(WSDL)]
    return Child(command, cpu=-1, environment={"NODE_PATH": str(installed())})
