"""The platform as its users run it: real processes, all layers in one or an API in each."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from tests.plain import NOBODY

APIS = (
    "system/erp",
    "system/crm",
    "system/inventory",
    "system/payments",
    "system/compliance",
    "system/notifications",
    "process/orders",
    "process/customers",
    "process/catalogue",
    "process/onboarding",
    "process/events",
    "experience/web",
    "experience/mobile",
    "experience/partner",
)
PATIENCE = 1.5
"""Seconds a backend may take here, so that the tests of silence are short."""

ERP_SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
ERP_SECRET_BEFORE = "whsec_YmVmb3JlYmVmb3JlYmVmb3JlYmVmb3Jl"
"""What the ERP signs its notices with, and what it did before."""

PAYMENTS_SECRET = "whsec_of_the_sandbox"
"""What the payment provider signs its events with."""

SECRETS = {
    "ada": "ada-dev",
    "bruno": "bruno-dev",
    "stranger": "stranger-dev",
    "partner-north": "partner-north-dev",
    "partner-south": "partner-south-dev",
    "partner-small": "partner-small-dev",
    "backoffice": "backoffice-dev",
    "operations": "operations-dev",
    "integrator": "integrator-dev",
    "reviewer": "reviewer-dev",
    "newcomer": "newcomer-dev",
}

SMALL_PARTNER = {
    "secret": SECRETS["partner-small"],
    "subject": "C-1007",
    "scopes": ["partner:orders", "partner:usage", "partner:subscriptions"],
}
SMALL_QUOTA = 6
"""Calls a day."""


@dataclass
class Deployment:
    """`urls` by API; in one process they are all the same."""

    folder: Path
    split: bool
    backends: dict[str, str]
    extra: dict[str, Any] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        if not self.urls:
            ports = {api: free_port() for api in APIS}
            shared = free_port()
            self.urls = {
                api: f"http://127.0.0.1:{ports[api] if self.split else shared}" for api in APIS
            }
            (self.folder / "overlay.yaml").write_text(yaml.safe_dump(self.overlay()))
        for api in APIS if self.split else ("all",):
            self.launch(api)
        for api in APIS:
            self.await_ready(self.urls[api])

    @contextmanager
    def replica(self, api: str) -> Iterator[str]:
        """The URL of one more process that runs an API, beside the one there is."""
        url, first = f"http://127.0.0.1:{free_port()}", self.processes[api]
        try:
            self._launch(api, url)
            self.await_ready(url)
            yield url
        finally:
            self.processes[api].terminate()
            self.processes[api].wait(timeout=20)
            self.processes[api] = first

    def launch(self, api: str) -> None:
        self._launch(api, self.urls[APIS[0] if api == "all" else api])

    def _launch(self, api: str, url: str) -> None:
        named = [] if api == "all" else [api]
        command = [
            sys.executable,
            "-m",
            "runtime.cli",
            "serve",
            *named,
            "--port",
            url.rsplit(":", 1)[1],
        ]
        log = (self.folder / f"{api.replace('/', '-')}.log").open("a")
        self.processes[api] = subprocess.Popen(
            [*command, "--config", str(self.folder / "overlay.yaml")],
            stdout=subprocess.DEVNULL,
            stderr=log,
            text=True,
        )
        log.close()

    def kill(self, api: str = "process/orders") -> None:
        """kill -9 of the process that runs an API."""
        process = self.processes[api if self.split else "all"]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def restart(self, api: str = "process/orders") -> None:
        self.launch(api if self.split else "all")
        self.await_ready(self.urls[api])

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=20)

    def await_ready(self, url: str) -> None:
        deadline = time.monotonic() + 110
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{url}/health/ready", timeout=1, verify=NOBODY).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            dead = [
                api for api, process in self.processes.items() if process.poll() not in (None, -9)
            ]
            assert not dead, self.logs()
            time.sleep(0.05)
        raise TimeoutError(self.logs())

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logs().splitlines() if line.startswith("{")]

    def token(self, client: str, **form: str) -> str:
        if client not in self._tokens or form:
            reply = httpx.post(
                f"{self.urls['experience/web']}/oauth/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": client,
                    "client_secret": SECRETS[client],
                    **form,
                },
                verify=NOBODY,
            )
            assert reply.status_code == 200, reply.text
            self._tokens[client] = reply.json()["access_token"]
        return self._tokens[client]

    async def call(
        self, method: str, api: str, path: str, *, client: str | None = "ada", **options: Any
    ) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if client is not None:
            headers.setdefault("authorization", f"Bearer {self.token(client)}")
        async with httpx.AsyncClient(base_url=self.urls[api], timeout=30, verify=NOBODY) as http:
            return await http.request(method, f"/{api}/v1{path}", headers=headers, **options)

    async def checkout(self, key: str, lines: dict[str, int], **options: Any) -> httpx.Response:
        """The web checkout of a cart `{sku: quantity}`."""
        cart = {
            "currency": options.pop("currency", "EUR"),
            "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()],
            "payment": {"token": options.pop("card", "pm_card_visa")},
            **options.pop("also", {}),
        }
        headers = {"idempotency-key": key, **options.pop("headers", {})}
        return await self.call(
            "POST", "experience/web", "/checkout", json=cart, headers=headers, **options
        )

    def overlay(self) -> dict[str, Any]:
        backend = self.backends
        overlay: dict[str, Any] = {
            "data_dir": str(self.folder / "state"),
            "log_level": "info",
            "peers": self.urls if self.split else {},
            "security": {
                "senders": {"erp": {"secrets": [ERP_SECRET, ERP_SECRET_BEFORE]}},
                "development_clients": {"partner-small": SMALL_PARTNER},
            },
            "quotas": {"experience/partner": {"clients": {"partner-small": {"day": SMALL_QUOTA}}}},
            "backends": {
                "erp": {
                    "vendor": "sandbox_soap",
                    "url": f"{backend['erp']}/soap",
                    "user": "strata",
                    "password": "sandbox",
                },
                "crm": {
                    "vendor": "sandbox_rest",
                    "url": backend["crm"],
                    "api_key": "sandbox-crm-key",
                },
                "inventory": {
                    "vendor": "sandbox_rest",
                    "url": backend["inventory"],
                    "token": "sandbox-wms-token",
                },
                "payments": {
                    "vendor": "stripe",
                    "url": backend["payments"],
                    "api_key": "sk_test_sandbox",
                    "webhook_secrets": [PAYMENTS_SECRET],
                },
                "compliance": {
                    "vendor": "sandbox_rest",
                    "url": backend["compliance"],
                    "api_key": "sandbox-screening-key",
                },
                "notifications": {
                    "vendor": "smtp",
                    "url": backend["smtp"],
                    "user": "strata",
                    "password": "sandbox",
                    "sender": "shop@strata.example",
                },
            },
        }
        for section in overlay["backends"].values():
            section["timeout_seconds"] = PATIENCE
            section["policy"] = {"minimum_calls": 1000}  # one test's bad day is not the next one's
        return {**overlay, **self.extra}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("STRATA_")}
