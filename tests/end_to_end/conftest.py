"""Every test here runs twice: all layers in one process, and an API in each."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.launch import launch
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment


@pytest.fixture(scope="session", params=["fused", "split"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, dict[str, str]]]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with launch(folder / "sandbox") as sandbox:
        deployment = Deployment(folder, request.param == "split", sandbox.urls)
        with deployment:
            yield deployment, sandbox.urls


@pytest.fixture
def platform(running: tuple[Deployment, dict[str, str]]) -> Deployment:
    return running[0]


@pytest.fixture
def backends(running: tuple[Deployment, dict[str, str]]) -> Iterator[Backends]:
    """The sandbox's control plane, calm at the start of each test and after it."""
    with httpx.Client(timeout=10) as http:
        backends = Backends(running[1], http)
        backends.calm()
        yield backends
        backends.calm()


_numbers = itertools.count(1)


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """An Idempotency-Key nobody has used."""
    return f"{request.node.originalname}-{next(_numbers)}"[:100]
