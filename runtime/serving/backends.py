"""`strata backends`: how the backends of a running process fare; open, close or auto holds a breaker
open or closed, or lets it go by itself again.

An order stands until the next one or until that process ends. It needs a token for the System layer
with the scope backends:operate, in STRATA_TOKEN; the embedded profile's own client is asked for one
when there is none.
"""

import argparse
from collections.abc import Callable
from typing import Any

import httpx

from runtime.serving.control import SCOPE
from runtime.serving.remote import add_options, authorized, output, read, told

STATES = {"open": "open", "close": "closed", "auto": "auto"}

DEVELOPMENT_CLIENT = "operations"


def main(arguments: list[str]) -> int:
    """0 when done, 1 when the process cannot be reached or refuses, 2 for a wrong command line."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.order and not (options.name and options.reason):
        parser.error(f"{options.order} needs the name of a backend and --reason")
    if options.reason and not options.order:
        parser.error("--reason goes with open, close or auto")
    ask = _ordered if options.order else _backends
    return told("strata backends", options, ask, lambda rows: output(rows, COLUMNS))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="strata backends", description=__doc__)
    parser.add_argument("order", nargs="?", choices=STATES, help="what to do with a breaker")
    parser.add_argument("name", nargs="?", metavar="NAME", help="of a backend, e.g. erp")
    parser.add_argument("--reason", metavar="TEXT", help="why, for the log and the next operator")
    add_options(parser)
    return parser


def _backends(http: httpx.Client, _options: argparse.Namespace) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read(http.get("/operations/backends"), list)
    return rows


def _ordered(http: httpx.Client, options: argparse.Namespace) -> list[dict[str, Any]]:
    order = {
        "backend": options.name,
        "state": STATES[options.order],
        "reason": options.reason,
    }
    headers = authorized(http, options, DEVELOPMENT_CLIENT, SCOPE)
    return [read(http.post("/operations/backends/orders", json=order, headers=headers), dict)]


def _state(row: dict[str, Any]) -> str:
    if row["forced"]:
        return f"{row['state']} by {row['forced']['by']}: {row['forced']['reason']}"
    wait = row["nextProbeSeconds"]
    return row["state"] if wait is None else f"{row['state']}, probed in {wait:.0f} s"


def _last_problem(row: dict[str, Any]) -> str:
    last = row["lastProblem"]
    return f"{last['kind']} at {last['at']}" if last else ""


COLUMNS: dict[str, Callable[[dict[str, Any]], str]] = {
    "backend": lambda row: row["backend"],
    "vendor": lambda row: row["vendor"],
    "state": _state,
    "in flight": lambda row: f"{row['inFlight']}/{row['limit']}",
    "waiting": lambda row: str(row["waiting"]),
    "failing": lambda row: f"{row['failureRate']:.0%}",
    "slow": lambda row: f"{row['slowRate']:.0%}",
    "retries left": lambda row: str(row["retryBudget"]),
    "last problem": _last_problem,
}
