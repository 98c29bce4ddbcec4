"""Every vendor, on every kind of bad day, over a real socket: the right problem, in time, in little memory.

What a time-out after a commit leaves behind, and how a repeat heals it, is proved for each vendor
against its stateful backend (test_every_<capability>.py and the vendor's own tests).
"""

import asyncio
import importlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from structlog.testing import capture_logs

from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from runtime.context import Context, entered
from runtime.problems import Misconfigured, Problem
from tests.connectors.faults import rogue
from tests.connectors.faults.rogue import MIB, Act, answers
from tests.connectors.test_every_vendor import CALLS, EMAIL, NAME, TOKEN
from tests.connectors.vendors import VENDORS, capability_of, made_up_options, speaks_http

SECONDS, SHORT = 2.0, 0.3
"""What a caller gives a call, and what it gives one that would wait it out."""

MARGIN = 1.0
"""For the machine, which is shared; what has no deadline takes ten seconds here."""

MEMORY = 16 * MIB
"""For a call: twice what a reply may have."""


class Fault(NamedTuple):
    act: Act | None
    """None: nobody listens."""
    status: int
    kind: str

    @property
    def seconds(self) -> float:
        return SHORT if self.kind == "no-answer" else SECONDS


FAULTS = {
    "refused": Fault(None, 503, "unavailable"),
    "reset": Fault(rogue.reset, 502, "connection-lost"),
    "silent before it reads": Fault(rogue.deafness, 504, "no-answer"),
    "silent after it read": Fault(rogue.silence, 504, "no-answer"),
    "slow headers": Fault(rogue.slow_headers, 504, "no-answer"),
    "slow drip": Fault(rogue.slow_drip, 504, "no-answer"),
    "429": Fault(answers("429 Slow down", b"", "retry-after: 7"), 503, "unavailable"),
    "500": Fault(answers("500 Oops", b"oops"), 502, "backend-error"),
    "HTML": Fault(answers("200 OK", rogue.PAGE, "content-type: text/html"), 502, "bad-answer"),
    "truncated": Fault(rogue.truncated, 502, "connection-lost"),
    "wrong charset": Fault(answers("200 OK", rogue.wrong_charset), 502, "bad-answer"),
    "50 MB": Fault(rogue.endless, 502, "bad-answer"),
    "gzip bomb": Fault(answers("200 OK", rogue.BOMB, "content-encoding: gzip"), 502, "bad-answer"),
    "redirect": Fault(
        answers("302 Found", b"", "location: http://127.0.0.1:1/"), 502, "bad-answer"
    ),
    "deep nesting": Fault(answers("200 OK", rogue.deep), 502, "bad-answer"),
    "XXE": Fault(answers("200 OK", rogue.external_entity), 502, "bad-answer"),
    "entity expansion": Fault(answers("200 OK", rogue.expansion), 502, "bad-answer"),
    "multiRef bomb": Fault(answers("200 OK", rogue.multi_ref), 502, "bad-answer"),
}

OVER_HTTP = [vendor for vendor in VENDORS if speaks_http(importlib.import_module(vendor))]


@pytest.fixture(scope="session")
async def network() -> AsyncIterator[NetworkSender]:
    async with aclosing(NetworkSender()) as sender:
        yield sender


@asynccontextmanager
async def standing(fault: Fault) -> AsyncIterator[int]:
    if fault.act is not None:
        async with rogue.rogue(fault.act) as port:
            yield port
        return
    with socket.socket() as nobody:  # bound, so that nobody else gets it; not listening
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


def aimed(vendor: str, port: int, network: NetworkSender, folder: Path) -> Any:
    module = importlib.import_module(vendor)
    where = {"url": f"http://127.0.0.1:{port}", "timeout_seconds": 5}
    options = module.Options.model_validate(made_up_options(module) | where)
    return module.Connector(options, Reach(network, data_dir=folder))


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("vendor", OVER_HTTP)
async def test_a_bad_day_ends_in_the_right_problem_in_time_and_in_little_memory(
    vendor: str, name: str, network: NetworkSender, tmp_path: Path
) -> None:
    fault, calls = FAULTS[name], CALLS[capability_of(vendor)]
    async with standing(fault) as port:
        # One for each call, since calls that share one wait for the same login.
        connectors = [aimed(vendor, port, network, tmp_path) for _ in calls]
        started, before = time.monotonic(), memory()
        with capture_logs() as lines, entered(in_a_hurry(fault.seconds)):
            outcomes = await asyncio.gather(
                *(
                    call(connector)
                    for call, connector in zip(calls.values(), connectors, strict=True)
                ),
                return_exceptions=True,
            )
        elapsed, grown = time.monotonic() - started, memory() - before
        for connector in connectors:
            await connector.aclose()

    for method, problem in zip(calls, outcomes, strict=True):
        assert isinstance(problem, Problem), f"{method}: {problem!r}"
        assert not isinstance(problem, Misconfigured), method
        assert (problem.code, problem.slug) == (fault.status, fault.kind), method
    assert elapsed < fault.seconds + MARGIN
    assert grown < MEMORY * len(calls)
    said = f"{lines} {[o.document for o in outcomes if isinstance(o, Problem)]}"
    assert not [word for word in (EMAIL, NAME, TOKEN, "made-up", "root:") if word in said]


def in_a_hurry(seconds: float) -> Context:
    nowhere: Any = None  # a connector calls no peer
    return Context("system/x", nowhere, "r", "ab" * 16, asyncio.get_running_loop().time() + seconds)


def memory() -> int:
    """The most this process has held since the last look, in bytes."""
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])
    Path("/proc/self/clear_refs").write_text("5")
    return peak * 1024
