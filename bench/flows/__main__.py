"""`python -m bench.flows`: durable flows, our embedded engine beside DBOS and beside no durability.

An order of seven steps, three of them with an undo, at 32 flows at a time; every contender in a
process of its own, one after the other, in rounds. Every flow's result is compared.

All ratios are of flows per second of wall time, Strata's divided by the other's, the median of the
rounds' ratios. `dbos_sqlite`: to DBOS as shipped on SQLite, steps that return at once.
`no_durability`: to the same flow function called without an engine, each step waiting 5 ms for its
backend, as steps do. `no_durability_at_once`: the same with steps that return at once; what is
compared is then flushes of a disk with a few calls of Python functions. Rows and commits are what our
journal has written per order, fsyncs are commits times the flushes a commit takes.
"""

import argparse
import json
import sys
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.flows.contest import (
    DBOS_SQLITE,
    ENTRIES,
    PLAIN,
    PLAIN_AT_ONCE,
    STRATA,
    STRATA_5MS,
    absent,
    played,
)
from bench.flows.fsyncs import Flushes, flushes

ROUNDS = 5
AGAINST = {DBOS_SQLITE: STRATA, PLAIN_AT_ONCE: STRATA, PLAIN: STRATA_5MS}
GOALS = {DBOS_SQLITE: 10.0, PLAIN: 0.6}

Rounds = dict[str, list[dict[str, Any]]]
"""What the child of each contender answered, round by round."""


def measure(names: list[str], rounds: int, flows: int | None, console: Console) -> Rounds:
    answers: Rounds = {name: [] for name in names}
    with console.status("") as status:
        for number in range(rounds):
            for name in names:
                status.update(f"round {number + 1} of {rounds}: {name}")
                answers[name].append(played(name, flows))
    return answers


def report(answers: Rounds, flushed: Flushes) -> dict[str, Any]:
    ours = answers[STRATA]
    commits = _per_flow(ours, "commits")
    return {
        "ratio": {name: ratio(answers[us], answers[name]) for name, us in _compared(answers)},
        "flows_per_s": {name: round(median(map(rate, each))) for name, each in answers.items()},
        "cpu_ms_per_flow": {
            name: round(1000 * _per_flow(each, "cpu_s"), 3) for name, each in answers.items()
        },
        "finished": {
            name: [[answer["finished"], answer["flows"]] for answer in each]
            for name, each in answers.items()
        },
        "per_order": {
            "rows": round(_per_flow(ours, "rows"), 2),
            "commits": round(commits, 2),
            "fsyncs": round(commits * flushed.per_commit, 2),
            "fsyncs_source": flushed.source,
        },
    }


def ratio(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> float:
    return round(median(rate(a) / rate(b) for a, b in zip(ours, theirs, strict=True)), 3)


def rate(answer: dict[str, Any]) -> float:
    """Flows per second."""
    return float(answer["finished"] / answer["wall_s"])


def _compared(answers: Rounds) -> list[tuple[str, str]]:
    return [(name, us) for name, us in AGAINST.items() if name in answers]


def _per_flow(answers: list[dict[str, Any]], of: str) -> float:
    return median(float(answer[of] / answer["finished"]) for answer in answers)


def show(figures: dict[str, Any], left_out: dict[str, str], console: Console) -> None:
    table = Table(box=None, pad_edge=False, title="Durable flows of 7 steps, 32 at a time")
    table.add_column("contender")
    for heading in ("flows/s", "CPU ms/flow", "Strata's throughput is"):
        table.add_column(heading, justify="right")
    for name, per_second in figures["flows_per_s"].items():
        times = figures["ratio"].get(name)
        goal = f" (goal: at least {GOALS[name]:g})" if name in GOALS else ""
        compared = "" if times is None else f"{times:.3g} times{goal}"
        table.add_row(name, f"{per_second:,}", f"{figures['cpu_ms_per_flow'][name]:.3f}", compared)
    for name, reason in left_out.items():
        table.add_row(name, "not measured", reason)
    console.print(table)
    order = figures["per_order"]
    console.print(
        f"An order of ours: {order['rows']:g} rows, {order['commits']:g} commits, "
        f"{order['fsyncs']:g} fsyncs ({order['fsyncs_source']}). CPU is the contender's process."
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.flows", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--flows", type=int, help="as many for each contender in a round")
    options = parser.parse_args(arguments)
    left_out = absent()
    console = Console(stderr=options.json)
    names = [name for name in ENTRIES if name not in left_out]
    flushed = flushes(options.flows or ENTRIES[STRATA].flows)
    figures = report(measure(names, options.rounds, options.flows, console), flushed)
    if options.json:
        print(json.dumps(figures | ({"not_measured": left_out} if left_out else {})))
    else:
        show(figures, left_out, console)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
