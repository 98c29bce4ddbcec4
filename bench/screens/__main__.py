"""`python -m bench.screens`: what the screens of the consumers weigh and cost, fused and split.

Every screen is asked for by every customer of the sandbox's seed and by one with the longest of
everything, for each order there is. Bytes are of bodies as sent, beside the contract's budget
(`x-max-bytes`). Calls are those of the screen to the layer below. CPU is user and system time of all of
the platform's processes, without the backends'; milliseconds are wall time at the client, one request
after the other, for the largest customer. Exits with 1 for a broken budget or a second call.
"""

import argparse
import asyncio
import json
import math
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from bench.screens.deployed import deployed
from bench.screens.population import LARGEST, Population, clients, customers, population
from bench.screens.screens import SCREENS, Screen, scopes

TIMED = 60
"""How often a screen is opened for its times, by the largest customer."""
WAYS = ("fused", "split")

Figures = dict[str, dict[str, Any]]
"""By operation."""


async def measured(way: str) -> Figures:
    with (
        tempfile.TemporaryDirectory() as folder,
        deployed(Path(folder), way == "split", clients(scopes())) as platform,
    ):
        async with population(platform) as people:
            return {
                screen.name: {
                    **await _weighed(screen, people),
                    **await _timed(screen, people),
                }
                for screen in SCREENS
            }


async def _weighed(screen: Screen, people: Population) -> dict[str, Any]:
    sizes = [
        len((await _opened(screen, people, customer, place)).content)
        for customer in customers()
        for place in screen.places(people, customer)
    ]
    cuts = quantiles(sizes, n=100, method="inclusive") if len(sizes) > 1 else sizes * 99
    return {
        "budget": screen.budget,
        "answers": len(sizes),
        "bytes_p50": round(cuts[49]),
        "bytes_p99": round(cuts[98]),
        "bytes_max": max(sizes),
    }


async def _timed(screen: Screen, people: Population) -> dict[str, Any]:
    place = screen.places(people, LARGEST)[0]
    reply = await _opened(screen, people, LARGEST, place)
    before, took = people.deployed.cpu(), []
    for _ in range(TIMED):
        started = time.perf_counter()
        await _opened(screen, people, LARGEST, place)
        took.append(time.perf_counter() - started)
    return {
        "cpu_ms": round(1000 * (people.deployed.cpu() - before) / TIMED, 2),
        "ms_p50": round(1000 * median(took), 2),
        "calls": people.deployed.calls(reply.headers["x-request-id"], f"{screen.api}/v1"),
    }


async def _opened(screen: Screen, people: Population, customer: str, place: str) -> httpx.Response:
    token = await people.token(customer)
    method = screen.contracted.method.upper()
    return await people.send(method, screen.api, place, token, json=screen.body)


def broken(figures: dict[str, Figures]) -> list[str]:
    """The screens that weigh more than their contract allows, or need more than one call."""
    return [
        f"{way}: {name}"
        for way, screens in figures.items()
        for name, it in screens.items()
        if it["calls"] > 1 or it["bytes_max"] > (it["budget"] or math.inf)
    ]


def show(figures: dict[str, Figures], console: Console) -> None:
    fused, split = (figures[way] for way in WAYS)
    weights = _table("bytes", "answers", "p50", "p99", "max", "budget", "calls")
    times = _table("time", "fused: CPU ms", "ms", "split: CPU ms", "ms", "split / fused, CPU")
    for name, it in fused.items():
        sizes = (it["answers"], it["bytes_p50"], it["bytes_p99"], it["bytes_max"])
        weights.add_row(name, *map(str, sizes), str(it["budget"] or "-"), str(it["calls"]))
        other = split[name]
        spent = (it["cpu_ms"], it["ms_p50"], other["cpu_ms"], other["ms_p50"])
        ratio = other["cpu_ms"] / it["cpu_ms"]
        times.add_row(name, *(f"{each:.1f}" for each in spent), f"{ratio:.2f}")
    console.print(weights, "", times, sep="\n")


def _table(first: str, *headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.screens", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    console = Console(stderr=options.json)
    figures: dict[str, Figures] = {}
    with console.status("") as status:
        for way in WAYS:
            status.update(f"{way}: orders are placed, screens opened")
            figures[way] = asyncio.run(measured(way))
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures, console)
    for name in (found := broken(figures)):
        console.print(f"over its budget, or more than one call: {name}", style="red")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
