"""The third-party backends, booted once for all tests here.

`STRATA_REAL_BACKENDS` takes the line that `python -m sandbox.real` printed, to use backends
that run already.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

# The first boot on a machine installs and provisions.
FIRST_BOOT = 600


@contextmanager
def booting(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "sandbox.real", "--ports", "0,0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as booter:
        try:
            assert booter.stdout
            line = booter.stdout.readline()
            assert line, "the backends did not start; standard error says why"
            yield booter, json.loads(line)
        finally:
            booter.terminate()


@pytest.fixture(scope="session")
def real_backends() -> Iterator[dict[str, Any]]:
    """{"tryton": {"url", "database", "user", "password"}, "stripe": {"url", "api_key"}}"""
    running = os.environ.get("STRATA_REAL_BACKENDS")
    if running:
        yield json.loads(running)
        return
    with booting() as (_, backends):
        yield backends


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "real_backends" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(FIRST_BOOT))
