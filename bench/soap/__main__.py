"""`python -m bench.soap`: CPU of a SOAP call in the caller's process, Strata beside zeep and npm's `soap`.

One order of 1 line, 6 KB or 149 KB from one canned server, every client in a process of its own, in
alternating rounds; 16 calls at a time, except zeep's synchronous client. User and system time, of
all threads. Every reply's content is compared, so that nobody is measured on work left out.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.soap.npm import NotMeasured, installed
from bench.soap.orders import BYTES, lines_of, reply
from bench.soap.processes import NPM, Child, clients, served

STRATA = "strata"
OTHERS = ["zeep_async", "zeep_sync", NPM]
GOALS = {"zeep_async": 10.0, NPM: 4.0}
CALLS = {"line": 320, "6kb": 160, "149kb": 32}
WARM_UP, ROUNDS = 1, 7

Spent = dict[str, dict[str, list[float]]]
"""Microseconds per call, by client and size, one figure a round."""


def measure(names: list[str], rounds: int, console: Console) -> Spent:
    spent: Spent = {name: {size: [] for size in BYTES} for name in names}
    with served() as base_url, clients(names, base_url) as children, console.status("") as status:
        for number in range(-WARM_UP, rounds):
            for size in BYTES:
                status.update(f"round {max(number + 1, 0)} of {rounds}: {size}")
                for name, figure in _round(children, size):
                    if number >= 0:
                        spent[name][size].append(figure)
    return spent


def _round(children: dict[str, Child], size: str) -> Iterator[tuple[str, float]]:
    answers: dict[str, Any] = {
        name: child.asked(f"{size} {CALLS[size]}") for name, child in children.items()
    }
    for name, answer in answers.items():
        if answer["understood"] != answers[STRATA]["understood"]:
            raise AssertionError(f"{name} and strata understood different things: {answers}")
        assert answer["understood"]["lines"] == lines_of(size)
        yield name, answer["cpu_us"]


def ratios(spent: Spent) -> dict[str, dict[str, float]]:
    """How many times less CPU Strata uses: the median of the rounds' ratios."""
    return {
        name: {
            size: round(
                median(a / b for a, b in zip(them[size], spent[STRATA][size], strict=True)), 2
            )
            for size in BYTES
        }
        for name, them in spent.items()
        if name != STRATA
    }


def show(spent: Spent, absent: dict[str, str], console: Console) -> None:
    table = Table(box=None, pad_edge=False, title="CPU per call, ms (times Strata's; goal)")
    table.add_column("client")
    for size in BYTES:
        table.add_column(f"{size} ({len(reply(size)):,} bytes)", justify="right")
    table.add_row(STRATA, *(f"{median(spent[STRATA][size]) / 1000:.3f}" for size in BYTES))
    for name, by_size in ratios(spent).items():
        goal = f"; ≥ {GOALS[name]:g}" if name in GOALS else ""
        cells = (f"{median(spent[name][s]) / 1000:.3f} ({by_size[s]:.1f}{goal})" for s in BYTES)
        table.add_row(name, *cells)
    for name, reason in absent.items():
        table.add_row(name, f"not measured: {reason}")
    console.print(table)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soap", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-npm", action="store_true", help="leave npm's client out")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    absent = _absent(options.no_npm)
    names = [STRATA, *(name for name in OTHERS if name not in absent)]
    console = Console(stderr=options.json)
    spent = measure(names, options.rounds, console)
    if options.json:
        report: dict[str, Any] = {"cpu_ratio": ratios(spent)}
        print(json.dumps(report | ({"not_measured": absent} if absent else {})))
    else:
        show(spent, absent, console)
    return 0


def _absent(unwanted: bool) -> dict[str, str]:
    if unwanted:
        return {NPM: "left out"}
    try:
        installed()
    except NotMeasured as error:
        return {NPM: str(error)}
    return {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
