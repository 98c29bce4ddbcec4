"""The control planes of a sandbox, over connections that stay open: they are asked thousands of times."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

from tests.crash_matrix.books import State

BACKENDS = ("erp", "crm", "inventory", "payments", "compliance", "mail")
OF_NO_EFFECT = {f"mail.{word}" for word in ("ehlo", "auth", "mail", "rcpt", "data", "quit")}
"""Not worth a column of their own: until the relay has the whole message, there is none."""

LONGEST_WORK = 60.0
"""Seconds; what is still under way then is a fault of the sandbox."""


class Controls:
    def __init__(self, urls: dict[str, str]) -> None:
        self._lines = {
            name: http.client.HTTPConnection(urlsplit(urls[name]).netloc, timeout=60)
            for name in BACKENDS
        }

    def ask(self, backend: str, method: str, noun: str, order: Any = None) -> Any:
        line = self._lines[backend]
        line.request(method, f"/_sandbox/{noun}", json.dumps(order) if order else None)
        reply = line.getresponse()
        body = reply.read()
        if reply.status not in {200, 204}:
            raise RuntimeError(f"{backend} refuses {method} {noun} {order}: {body!r}")
        return json.loads(body) if body else None

    def save(self, name: str) -> None:
        for backend in BACKENDS:
            self.ask(backend, "POST", "snapshots", {"save": name})

    def restore(self, name: str) -> None:
        """The state as it was then, and no faults or calls."""
        for backend in BACKENDS:
            self.ask(backend, "POST", "snapshots", {"restore": name})

    def has_got(self, call: str, *, done: bool) -> bool:
        """Whether a backend has been called so, and has done it."""
        backend, operation = call.split(".")
        return any(
            logged["operation"] == operation and (logged["status"] is not None or not done)
            for logged in self.ask(backend, "GET", "calls")["calls"]
        )

    def calls(self) -> list[str]:
        """Those that were made, each once."""
        made = [
            f"{backend}.{logged['operation']}"
            for backend in BACKENDS
            for logged in self.ask(backend, "GET", "calls")["calls"]
        ]
        return [call for call in dict.fromkeys(made) if call not in OF_NO_EFFECT]

    def states(self) -> dict[str, State]:
        """Once all that was asked of the backends is done, however late."""
        for backend in BACKENDS:
            deadline = time.monotonic() + LONGEST_WORK
            while self.ask(backend, "GET", "calls")["underWay"]:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{backend} does not come to rest")
                time.sleep(0.005)
        return {backend: self.ask(backend, "GET", "state") for backend in BACKENDS}
