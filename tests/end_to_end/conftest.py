"""Every test here runs twice: all layers in one process with its flows in a file, and an API in each
process with its flows in PostgreSQL. What is marked `once` has a subject that does not depend on it: one
process is enough. Of a test with several cases the second way plays the first one, unless its file is one of
`EACH_CASE`."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.launch import launch
from tests.end_to_end.backends import WAREHOUSE, Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings
from tests.end_to_end.people import ANN, Person, somebody
from tests.plain import NOBODY
from tests.postgresql import database, server

EACH_CASE = frozenset(
    {
        "test_crash.py",
        "test_failure_points.py",
        "test_onboarding_failures.py",
    }
)
"""Their cases are the points at which a flow can fail, or be killed."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    played: set[str] = set()
    items[:] = [item for item in items if "[split" not in item.nodeid or _twice(item, played)]


def _twice(item: pytest.Item, played: set[str]) -> bool:
    test = item.nodeid.split("[", 1)[0]
    first = test not in played
    played.add(test)
    each = first or item.path.name in EACH_CASE
    return each and item.get_closest_marker("once") is None


@pytest.fixture(scope="session")
async def flows_database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    with server(tmp_path_factory.mktemp("postgresql")) as url:
        async with database(url) as made:
            yield made


@pytest.fixture(scope="session", params=["fused", "split"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, dict[str, str]]]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    extra: dict[str, Any] = {}
    if request.param == "split":
        url = request.getfixturevalue("flows_database")
        extra["flows"] = {"engine": "dbos", "database_url": url}
    with launch(folder / "sandbox") as sandbox:
        restock(sandbox.urls["inventory"])
        deployment = Deployment(folder, request.param == "split", sandbox.urls, extra)
        with deployment:
            yield deployment, sandbox.urls


def restock(warehouse: str) -> None:
    """Enough of what the tests order most, however many of them there are."""
    lines = [{"article": sku, "qty": 999} for sku in ("CBL-USBC-2M", "LAMP-LED-A1", "MS-ERGO-01")]
    url = f"{warehouse}/receipts/before-the-tests"
    assert httpx.put(url, json={"lines": lines}, headers=WAREHOUSE, timeout=30).status_code == 201


@pytest.fixture
def platform(running: tuple[Deployment, dict[str, str]]) -> Deployment:
    return running[0]


@pytest.fixture
def backends(running: tuple[Deployment, dict[str, str]]) -> Iterator[Backends]:
    """The sandbox's control plane, calm at the start of each test and after it."""
    with httpx.Client(timeout=10, verify=NOBODY) as http:
        backends = Backends(running[1], http)
        backends.calm()
        yield backends
        backends.calm()


@pytest.fixture
def onboardings(platform: Deployment, backends: Backends) -> Iterator[Onboardings]:
    """With a screening provider that takes no time over a check."""
    backends.control("compliance", "running-time", {"seconds": 0})
    yield Onboardings(platform, backends)
    backends.control("compliance", "running-time", {"seconds": 2})


_numbers = itertools.count(1)


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """An Idempotency-Key nobody has used."""
    return f"{request.node.originalname}-{next(_numbers)}"[:100]


@pytest.fixture
async def anna(platform: Deployment, backends: Backends) -> Person:
    anna = await somebody(platform, backends)
    backends.calm()
    return anna


@pytest.fixture
async def wanted(anna: Person, backends: Backends) -> dict[str, Any]:
    """A change of the profile as it is."""
    change = {**ANN, "version": await anna.version()}
    backends.calm()
    return change
