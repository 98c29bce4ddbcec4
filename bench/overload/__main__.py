"""`python -m bench.overload`: what one guard per backend is worth, measured at real servers."""

import argparse
import asyncio
import io
import json
import sys

import structlog
import uvloop

from bench.overload import attempts, goodput, isolation
from runtime import observability

SENTENCES = {
    "goodput_with_limiter": "goodput at 1.5 times the capacity: {:.0%} of it (goal: at least 90 %)",
    "goodput_without_limiter": "  without a limiter: {:.0%}",
    "p99_while_another_fails": "p99 at a backend while another fails: {:.2f} of else (goal: at most 1.1)",
    "p99_while_another_hangs": "  while another hangs: {:.2f}",
    "attempts_per_call": "attempts per call at 100 % failure: {:.2f} (goal: at most 1.2)",
    "attempts_per_call_behind_a_breaker": "  behind a breaker: {:.2f}",
}


async def measure() -> dict[str, float]:
    return {
        **await goodput.measure(seconds=8),
        **await isolation.measure(seconds=3, rounds=7),
        **await attempts.measure(),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    observability.configure("info")
    structlog.configure(logger_factory=structlog.BytesLoggerFactory(io.BytesIO()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as `strata serve` does
        figures = runner.run(measure())
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(SENTENCES[name].format(value) for name, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
