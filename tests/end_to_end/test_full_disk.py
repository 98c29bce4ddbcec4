"""A full disk: new orders are refused and told so, none that was accepted is lost."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sandbox.launch import launch
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.plain import NOBODY

CART = {"CBL-USBC-2M": 1}
MINOR = 1495


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Deployment, Backends]]:
    with launch(tmp_path / "sandbox") as sandbox, httpx.Client(timeout=10, verify=NOBODY) as http:
        # Few lines: the log is a file of the process too, and has to fit.
        deployment = Deployment(tmp_path, split=False, backends=sandbox.urls)
        deployment.extra = {"log_level": "error"}
        with deployment:
            yield deployment, Backends(sandbox.urls, http)


@contextmanager
def full_disk(platform: Deployment) -> Iterator[None]:
    """No file of the platform can grow beyond what its journal of orders has in its log."""
    size = (platform.folder / "state" / "orders.sqlite-wal").stat().st_size
    pid, unlimited = platform.processes["all"].pid, (resource.RLIM_INFINITY,) * 2
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


async def waits_for_its_journal(platform: Deployment) -> None:
    async with asyncio.timeout(5):
        while "flow_journal_unavailable" not in platform.logs():  # noqa: ASYNC110 - only its log tells
            await asyncio.sleep(0.02)


async def test_new_orders_are_refused_with_503_and_none_is_lost(
    shop: tuple[Deployment, Backends],
) -> None:
    platform, backends = shop
    before = await platform.checkout("before-the-disk-is-full", CART)
    backends.calm()
    backends.fault("payments", "captureIntent", "delay", seconds=1.0)
    under_way = asyncio.create_task(platform.checkout("under-way-when-it-is", CART))
    await backends.called("payments", "captureIntent")
    with full_disk(platform):
        refused = await platform.checkout("while-the-disk-is-full", CART)
        seen = await platform.call("GET", "experience/web", f"/orders/{before.json()['id']}")
        await waits_for_its_journal(platform)
    accepted = await under_way
    again = await platform.checkout("while-the-disk-is-full", CART)

    assert (refused.status_code, refused.json()["type"]) == (503, "urn:strata:problem:unavailable")
    assert seen.json()["status"] == "placed"
    assert (accepted.status_code, again.status_code) == (201, 201), accepted.text
    for reply in (before, accepted, again):
        backends.assert_complete(reply.json()["id"], MINOR)
    assert len(backends.state("erp")["orders"]) == 3
