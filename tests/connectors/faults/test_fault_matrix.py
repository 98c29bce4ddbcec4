"""Every vendor by HTTP, on every kind of bad day: the right problem, in time, in little memory.

What a time-out after a commit leaves behind, and how a repeat heals it, is proved for each vendor
against its stateful backend (test_every_<capability>.py and the vendor's own tests).
"""

import asyncio
import importlib
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from runtime.context import entered
from runtime.problems import Misconfigured, Problem
from tests.connectors.faults import rogue
from tests.connectors.faults.bad_days import (
    MARGIN,
    MEMORY,
    Fault,
    in_a_hurry,
    memory,
    standing,
)
from tests.connectors.faults.rogue import answers
from tests.connectors.test_every_vendor import ASKS_NOBODY, CALLS, EMAIL, NAME, TOKEN
from tests.connectors.vendors import VENDORS, capability_of, made_up_options, speaks_http

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

FIRST = 0.05
"""Seconds more for each call: all are made at once, and the first of its kind has its codecs made."""

OVER_HTTP = [vendor for vendor in VENDORS if speaks_http(importlib.import_module(vendor))]


@pytest.fixture(scope="session")
async def network() -> AsyncIterator[NetworkSender]:
    async with aclosing(NetworkSender()) as sender:
        yield sender


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
    fault, calls = FAULTS[name], dict(CALLS[capability_of(vendor)])
    for _, method in {one for one in ASKS_NOBODY if one[0] == vendor}:
        del calls[method]
    seconds = fault.seconds + FIRST * len(calls)
    async with standing(fault.act) as port:
        # One for each call, since calls that share one wait for the same login.
        connectors = [aimed(vendor, port, network, tmp_path) for _ in calls]
        started, before = time.monotonic(), memory()
        with capture_logs() as lines, entered(in_a_hurry(seconds)):
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
    assert elapsed < seconds + MARGIN
    assert grown < MEMORY * len(calls)
    said = f"{lines} {[o.document for o in outcomes if isinstance(o, Problem)]}"
    assert not [word for word in (EMAIL, NAME, TOKEN, "made-up", "root:") if word in said]
