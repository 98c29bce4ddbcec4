"""Kills each flow at every write of its journal and in every call, and weighs what its backends say.

It ends with the line `crash matrix: R runs, V violations`, and with status 1 when there are any.
"""

import argparse
import asyncio
import os
import sys

from rich.console import Console

from tests.crash_matrix.cases import Case, again, disturbed, once, plain, read_case, sampled
from tests.crash_matrix.engines import ENGINES
from tests.crash_matrix.flows import FLOWS
from tests.crash_matrix.outcome import Outcome
from tests.crash_matrix.pool import Pool
from tests.crash_matrix.report import Report, Watch
from tests.crash_matrix.sabotage import SABOTAGE
from tests.crash_matrix.variants import VARIANTS

PHASES = ((0.35, None, disturbed), (0.4, None, once), (0.25, 500, again))
"""Of a sample, the share of each; and how many at most when everything is played: there are some
twenty thousand ways to be killed twice."""

SAMPLES = {"dbos": 120}
"""An engine whose runs take seconds each is sampled, unless more is asked for."""


def main(arguments: list[str]) -> int:
    """0 for no violation, 1 for some, 130 when it was interrupted before it found any."""
    options = _parser().parse_args(arguments)
    report, status = Report(options.sabotage), 0
    try:
        asyncio.run(_run(options, report))
    except KeyboardInterrupt:
        status = 130
    if options.json:
        sys.stdout.write(report.document().decode() + "\n")
    else:
        report.show(Console())
        sys.stdout.write(f"{report.last_line()}\n")
    return 1 if report.violations else status


async def _run(options: argparse.Namespace, report: Report) -> None:
    size = 1 if options.case else options.workers
    with Watch(report) as watch:
        async with Pool(size, options.sabotage) as pool:
            if options.case:
                watch.expect(1)
                await pool.play([options.case], watch.tell)
            else:
                for engine in options.engine or ENGINES:
                    await _matrix(engine, pool, options, watch, report)


async def _matrix(
    engine: str, pool: Pool, options: argparse.Namespace, watch: Watch, report: Report
) -> None:
    """Undisturbed, disturbed, killed once, killed twice: each tells what there is to do next."""
    sample = options.sample or SAMPLES.get(engine)
    found: list[Outcome] = []
    await pool.play(plain(engine, options.only or FLOWS), found.append)
    for share, most, derive in PHASES:
        cases = [case for outcome in found for case in derive(outcome)]
        wanted = [case for case in cases if case.variant in (options.variant or VARIANTS)]
        chosen = sampled(wanted, round(sample * share) if sample else most, options.seed)
        begun = len(report.outcomes)
        watch.expect(begun + len(chosen))
        await pool.play(chosen, watch.tell)
        found = report.outcomes[begun:]


def _case(name: str) -> Case:
    try:
        return read_case(name)
    except (ValueError, KeyError) as error:
        raise argparse.ArgumentTypeError(f"there is no case {name!r}: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash_matrix", description=__doc__)
    parser.add_argument("--engine", action="append", choices=ENGINES, help="default: each")
    parser.add_argument("--only", action="append", choices=FLOWS, help="a flow; default: each")
    parser.add_argument("--variant", action="append", choices=VARIANTS, help="default: each")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="so many runs of each engine instead of all"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="what a sample is drawn by (%(default)s)"
    )
    parser.add_argument(
        "--workers", type=int, default=2 * (os.cpu_count() or 1), help="(%(default)s)"
    )
    parser.add_argument("--case", type=_case, metavar="NAME", help="this one alone")
    parser.add_argument("--sabotage", choices=SABOTAGE, default="none", help="a break to be found")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
