"""Servers and programs on this machine that some tests are about, where there are any.

A test whose server is not there is skipped, and says so; with STRATA_REQUIRE_SERVICES=1, as in CI,
it fails.
"""

import os
import shutil
import socket
from typing import NoReturn

import pytest

ADDRESSES = {
    "mariadb": ("127.0.0.1", 3306),
    "nats": ("127.0.0.1", 4222),
    "postgresql": ("127.0.0.1", 5432),
    "rabbitmq": ("127.0.0.1", 5672),
    "redis": ("127.0.0.1", 6379),
}
REQUIRED = os.environ.get("STRATA_REQUIRE_SERVICES") == "1"


def needs(service: str) -> tuple[str, int]:
    """Where it is. To be called by the fixture, or the test, that cannot do without."""
    host, port = ADDRESSES[service]
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError as error:
        _without(f"no {service} at {host}:{port} ({error})")
    return host, port


def program(name: str) -> str:
    """Where it is."""
    return shutil.which(name) or _without(f"no {name} on this machine")


def _without(reason: str) -> NoReturn:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
