"""The platform as its users run it, in a process that can be killed and started again."""

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import yaml

from sandbox.demo.child import Child, DemoError, Watch
from sandbox.demo.loopback import http

PATIENCE = 60.0
"""Seconds until it has to be ready."""

Line = dict[str, Any]


class Platform(AbstractContextManager["Platform"]):
    """All layers in one process. `folder` keeps its state and its log over restarts."""

    def __init__(self, folder: Path, port: int, backends: dict[str, Any]) -> None:
        self._folder, self._port = folder, port
        self._log = folder / "platform.log"
        self._config = folder / "demo.yaml"
        overlay = {"data_dir": str(folder / "state"), "log_level": "info", "backends": backends}
        self._config.write_text(yaml.safe_dump(overlay))
        self._child: Child | None = None
        self.url = ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._child is not None:
            self._child.__exit__(kind, error, at)

    def start(self, watch: Watch) -> None:
        """Ready when this returns; what a crash interrupted has been taken up by then."""
        where = ("--port", str(self._port), "--config", str(self._config), "--json")
        self._child = Child(self._log, "runtime.cli", "serve", *where)
        self.url = str(self._child.announced(watch)["url"])
        self._port = httpx.URL(self.url).port or 0  # the same after a restart
        self._await_ready()

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def check(self) -> None:
        """Raise if it has ended."""
        if self._child is not None:
            self._child.check()

    def lines(self, **wanted: str) -> list[Line]:
        """What it has logged so far, of all its lives, with these fields."""
        return [line for line in self._lines() if wanted.items() <= line.items()]

    def _lines(self) -> Iterator[Line]:
        for text in self._log.read_bytes().splitlines():
            try:
                line = json.loads(text)
            except ValueError:  # cut short by kill -9, or still being written
                continue
            if isinstance(line, dict):
                yield line

    def _await_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.check()
            try:
                if http.get(f"{self.url}/health/ready").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise DemoError(f"the platform is not ready after {PATIENCE:.0f} s")
