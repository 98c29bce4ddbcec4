"""The platform on the simulated backends, in real processes: all layers in one, or an API in each."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import psutil
import yaml

from runtime.serving.catalogue import names
from sandbox.launch import launch

READY_SECONDS = 120


@dataclass(frozen=True)
class Deployed:
    urls: dict[str, str]
    """By API; in one process they are all the same."""
    backends: dict[str, str]
    processes: list[psutil.Process]
    log: Path

    def cpu(self) -> float:
        """Seconds of user and system time its processes have used so far."""
        times = [process.cpu_times() for process in self.processes]
        return sum(spent.user + spent.system for spent in times)

    def calls(self, request_id: str, api: str) -> int:
        """How many calls of other APIs the answer of `api` to a request has taken."""
        texts = [text for text in self.log.read_text().splitlines() if request_id in text]
        lines = [line for line in map(json.loads, texts) if line["event"] == "request"]
        [own] = [line["span_id"] for line in lines if line["api"] == api]
        return sum(line["parent_span_id"] == own for line in lines)


@contextmanager
def deployed(folder: Path, split: bool, clients: dict[str, Any]) -> Iterator[Deployed]:
    """`clients`: of the development issuer, beside those of the configuration."""
    apis = names()
    with ExitStack() as stack:
        backends = stack.enter_context(launch(folder / "sandbox")).urls
        ports = _free_ports(len(apis) if split else 1)
        where = zip(apis, ports if split else ports * len(apis), strict=True)
        urls = {api: f"http://127.0.0.1:{port}" for api, port in where}
        config = folder / "bench.yaml"
        config.write_text(
            yaml.safe_dump(_overlay(folder, backends, urls if split else {}, clients))
        )
        log = stack.enter_context((folder / "platform.log").open("ab"))
        named = [[api] for api in apis] if split else [[]]
        processes = [
            stack.enter_context(_serving(apis_, port, config, log))
            for apis_, port in zip(named, ports, strict=True)
        ]
        _await_ready(set(urls.values()))
        yield Deployed(urls, backends, processes, folder / "platform.log")


@contextmanager
def _serving(apis: list[str], port: int, config: Path, log: BinaryIO) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "runtime.cli", "serve", *apis, "--port", str(port)]
    command += ["--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _overlay(
    folder: Path, backends: dict[str, str], peers: dict[str, str], clients: dict[str, Any]
) -> dict[str, Any]:
    """The credentials are in config/default.yaml; here is only where the sandbox is."""
    urls = {**backends, "erp": f"{backends['erp']}/soap", "notifications": backends["smtp"]}
    served = ("erp", "crm", "inventory", "payments", "compliance", "notifications")
    return {
        "data_dir": str(folder / "state"),
        "peers": peers,
        "security": {"development_clients": clients},
        "backends": {name: {"url": urls[name]} for name in served},
    }


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _await_ready(urls: set[str]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while urls and time.monotonic() < deadline:
        urls = {url for url in urls if not _ready(url)}
        time.sleep(0.05)
    if urls:
        raise TimeoutError(f"not ready after {READY_SECONDS} s: {', '.join(sorted(urls))}")


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=1).is_success
    except httpx.TransportError:
        return False
