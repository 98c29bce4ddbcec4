"""`python -m bench.outbound`: what a request over a socket costs the caller, beside aiohttp and httpx.

A POST of 300 bytes to a server in another process, answered with 1, 6 or 149 KB; 16 callers, or one.
User and system CPU time of this process, in alternating rounds.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

import aiohttp
import httpx
import uvloop

from bench.soap.clients.concurrently import last_of
from bench.soap.orders import BYTES
from bench.soap.processes import served
from runtime.calls.http import Request
from runtime.calls.network import NetworkSender

CALLS = {"line": 640, "6kb": 480, "149kb": 160}
ROUNDS = 7
BODY = b"x" * 300
HEADERS = {"content-type": "application/json", "accept": "application/json", "x-key": "abc"}
TIMEOUT = 5.0

Call = Callable[[str], Awaitable[object]]
Spent = dict[str, list[float]]
"""Microseconds a call, by client, one figure a round."""


async def measure(url: str, rounds: int) -> dict[str, Spent]:
    """By reply and number of callers."""
    pairs = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    network = NetworkSender()
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        httpx.AsyncClient(timeout=TIMEOUT) as client,
    ):

        async def strata(to: str) -> None:
            await network(Request("POST", to, pairs, BODY), timeout=TIMEOUT)

        async def by_aiohttp(to: str) -> None:
            async with (
                asyncio.timeout(TIMEOUT),
                session.post(to, data=BODY, headers=HEADERS, allow_redirects=False) as response,
            ):
                await response.read()

        async def by_httpx(to: str) -> None:
            await client.post(to, content=BODY, headers=HEADERS)

        calls: dict[str, Call] = {"strata": strata, "aiohttp": by_aiohttp, "httpx": by_httpx}
        spent: dict[str, Spent] = {}
        for _ in range(rounds):
            for size in BYTES:
                for callers in (16, 1):
                    into = spent.setdefault(f"{size}, {callers}", {name: [] for name in calls})
                    for name, call in calls.items():
                        into[name].append(await _spent(call, f"{url}/{size}", size, callers))
    await network.aclose()
    return spent


async def _spent(call: Call, url: str, size: str, callers: int) -> float:
    number = CALLS[size] // (1 if callers > 1 else 4)
    await last_of(16, lambda: call(url))
    started = time.process_time()
    if callers > 1:
        await last_of(number, lambda: call(url))
    else:
        for _ in range(number):
            await call(url)
    return (time.process_time() - started) / number * 1e6


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.outbound", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    with served() as url, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        spent = runner.run(measure(url, options.rounds))
    report = {
        what: {
            name: {
                "us": round(median(figures)),
                "ratio": round(
                    median(a / b for a, b in zip(figures, by["strata"], strict=True)), 2
                ),
            }
            for name, figures in by.items()
        }
        for what, by in spent.items()
    }
    if options.json:
        print(json.dumps({"outbound": report}))
        return 0
    print("CPU per request (times Strata's), by reply and number of callers")
    for what, clients in report.items():
        cells = (f"{name} {it['us']} µs ({it['ratio']})" for name, it in clients.items())
        print(f"  {what:<10} {' · '.join(cells)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
