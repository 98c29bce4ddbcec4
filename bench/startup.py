"""`python -m bench.startup`: how soon `strata serve` is ready with all layers fused, and what it keeps.

A bare FastAPI app on uvicorn is started beside it in the same rounds, as the machine's measure.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

ROUNDS = 5

BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
app.get("/health/ready")(lambda: {})
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


def strata(port: int, folder: str) -> list[str]:
    overlay = Path(folder) / "overlay.yaml"
    overlay.write_text(f"data_dir: {folder}/state\n")
    return [
        sys.executable,
        "-m",
        "runtime.cli",
        "serve",
        "--port",
        str(port),
        "--config",
        str(overlay),
    ]


def bare(port: int, _folder: str) -> list[str]:
    return [sys.executable, "-c", BARE, str(port)]


def once(command: Callable[[int, str], list[str]]) -> tuple[float, float]:
    """Seconds until /health/ready answers 200, and megabytes resident then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        process = subprocess.Popen(
            command(port, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _await_ready(f"http://127.0.0.1:{port}/health/ready")
            seconds = time.perf_counter() - started
            return seconds, psutil.Process(process.pid).memory_info().rss / 1e6
        finally:
            process.terminate()
            process.wait()


def _await_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1) as reply:  # noqa: S310 - our own server
                if reply.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise TimeoutError(url)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.startup", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rounds = [(once(strata), once(bare)) for _ in range(ROUNDS)]
    figures = {
        "ready_seconds": statistics.median(s for (s, _), _ in rounds),
        "bare_fastapi_ready_seconds": statistics.median(s for _, (s, _) in rounds),
        "ready_ratio": statistics.median(a / b for (a, _), (b, _) in rounds),
        "resident_mb": statistics.median(mb for (_, mb), _ in rounds),
        "bare_fastapi_resident_mb": statistics.median(mb for _, (_, mb) in rounds),
    }
    if options.json:
        print(json.dumps(figures))
    else:
        print(
            f"ready after {figures['ready_seconds']:.2f} s (goal: at most 2), "
            f"{figures['ready_ratio']:.2f} of a bare FastAPI app's "
            f"{figures['bare_fastapi_ready_seconds']:.2f} s"
        )
        print(
            f"resident {figures['resident_mb']:.0f} MB with all layers fused (goal: at most 150), "
            f"bare FastAPI {figures['bare_fastapi_resident_mb']:.0f} MB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
