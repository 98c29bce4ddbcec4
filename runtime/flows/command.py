"""`strata flows`: what may happen to a flow (lint, explain), and what became of its runs (list, …)."""

import importlib
import sys

from runtime.flows.linting import command as linting

FROM_SOURCE = {"lint": linting.lint, "explain": linting.explain}

HELP = """\
of the flows themselves, from their source:
  strata flows lint [API ...]     refuse what a flow cannot undo, repeat or replay
  strata flows explain FLOW       what happens if a step fails, for every step

of their runs, in a running process:
"""


def main(arguments: list[str]) -> int:
    """The actions that read the flows' source are here; those on runs are the serving side's."""
    if arguments and arguments[0] in FROM_SOURCE:
        return FROM_SOURCE[arguments[0]](arguments[1:])
    if arguments and arguments[0] in {"-h", "--help"}:
        sys.stdout.write(HELP)
    status: int = importlib.import_module("runtime.serving.flows").main(arguments)
    return status
