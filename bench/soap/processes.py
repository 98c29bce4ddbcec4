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
    def __init__(self, command: list[str], environment: Mapping[str, str] | None = None) -> None:
        self._command = command
        pipe = subprocess.PIPE
        env = {**os.environ, **(environment or {})}
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env)

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
    server = Child([sys.executable, "-m", "bench.soap.server"])
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
        return Child([sys.executable, "-m", "bench.soap.child", name, base_url])
    script = Path(__file__).with_name("clients") / "npm_soap.cjs"
    return Child(["node", str(script), base_url, str(WSDL)], {"NODE_PATH": str(installed())})
