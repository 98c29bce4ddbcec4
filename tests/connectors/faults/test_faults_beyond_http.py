"""Every vendor that does not speak HTTP, on every kind of bad day: from the first byte, and half-way.

Half-way, a proxy stands before the real database, SFTP server or relay. Each call ends well or in a
problem of the right kind, in time, in little memory, without a word of what it was about; and once
the day is over the same call is well again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime.context import entered
from runtime.problems import Misconfigured, Problem
from runtime.resilience.guard import Guard
from tests.connectors.faults.bad_days import MARGIN, MEMORY, in_a_hurry, memory, standing
from tests.connectors.faults.bad_wires import FIRST_BYTE, HALF_WAY, OK, Fault, from_the_first_byte
from tests.connectors.faults.between import Between
from tests.connectors.faults.beyond_http import ASKED, Vendor, closed, running
from tests.connectors.faults.rogue import deafness, rogue
from tests.connectors.test_every_vendor import EMAIL, NAME
from tests.connectors.vendors import Stand

CLOSING = 4.0
"""Seconds. What is given up is closed in order where the other side lets us."""

SHARES = (0.4, 0.8)
"""Of what a server says to one call: on the way in, and at work."""

WORDS = (EMAIL, NAME, "SELECT", "INSERT", "ALLOCHDR", "R-1", "127.0.0.1", "'sandbox'")
"""What is about somebody, or about us: `sandbox` is a password."""


@pytest.fixture(scope="session", params=ASKED)
async def vendor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sandbox_smtp: Stand
) -> AsyncIterator[Vendor]:
    folder = tmp_path_factory.mktemp("vendor")
    async with running(request.param, folder, sandbox_smtp) as made:
        yield made


@pytest.fixture(scope="session")
async def sizes(vendor: Vendor, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many bytes a server says to each call, once all of them have been made before."""
    found = {}
    for _ in range(2):
        for name in vendor.calls:
            between = Between(*vendor.address)
            async with rogue(between.meet) as port:
                await well(vendor, [name], [port], tmp_path_factory.mktemp("sizes"))
            found[name] = between.passed
    return found


async def well(vendor: Vendor, names: Sequence[str], ports: Sequence[int], folder: Path) -> None:
    vendor.refresh()
    for number, (name, port) in enumerate(zip(names, ports, strict=True)):
        connector = vendor.at(port, folder / str(number))
        try:
            await vendor.calls[name](connector)
        finally:
            await closed(connector)


async def suffers(
    vendor: Vendor, fault: Fault, ports: Sequence[int], folder: Path, caplog: Any
) -> None:
    """All calls at once, each at a port of its own."""
    calls = vendor.calls.values()
    guards = [Guard.lenient() for _ in calls]
    places = [folder / str(number) for number in range(len(calls))]
    connectors = list(map(vendor.at, ports, places, guards))
    started, before = time.monotonic(), memory()
    with capture_logs() as lines:
        with entered(in_a_hurry(fault.seconds)):
            outcomes = await asyncio.gather(
                *(call(connector) for call, connector in zip(calls, connectors, strict=True)),
                return_exceptions=True,
            )
        elapsed, grown, closing = time.monotonic() - started, memory() - before, time.monotonic()
        await asyncio.gather(*map(closed, connectors))

    assert time.monotonic() - closing < CLOSING
    assert elapsed < fault.seconds + MARGIN
    assert grown < MEMORY * len(outcomes)
    for method, outcome, guard in zip(vendor.calls, outcomes, guards, strict=True):
        assert kind_of(outcome) in fault.kinds, f"{method}: {outcome!r}"
        if kind_of(outcome) == "bad-answer":
            assert guard.breaker.rates(guard.clock())[0] > 0, "it is told as a failure"
    said = f"{lines} {caplog.text} {[o.document for o in outcomes if isinstance(o, Problem)]}"
    assert not [word for word in WORDS if word in said]


def kind_of(outcome: object) -> str:
    if isinstance(outcome, Problem):
        assert not isinstance(outcome, Misconfigured)
        return outcome.slug
    return repr(outcome) if isinstance(outcome, BaseException) else OK


@pytest.mark.parametrize("name", FIRST_BYTE)
async def test_whoever_answers_instead_is_told_as_what_it_is(
    vendor: Vendor, name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fault = from_the_first_byte(vendor.protocol)[name]

    async with standing(fault.act) as port:
        await suffers(vendor, fault, [port] * len(vendor.calls), tmp_path, caplog)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", HALF_WAY)
async def test_a_bad_day_that_begins_half_way_leaves_nothing_behind(
    vendor: Vendor,
    name: str,
    share: float,
    sizes: dict[str, int],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fault = HALF_WAY[name]
    vendor.refresh()
    async with AsyncExitStack() as proxies:
        ports = []
        for method in vendor.calls:
            between = Between(*vendor.address, fault.act or deafness, int(sizes[method] * share))
            ports.append(await proxies.enter_async_context(rogue(between.meet)))
        await suffers(vendor, fault, ports, tmp_path, caplog)

    await well(vendor, list(vendor.calls), [vendor.address[1]] * len(vendor.calls), tmp_path)
