"""`strata backends`: how the backends of a running process fare; open, close or auto holds a breaker
open or closed, or lets it go by itself again.

An order stands until the next one or until that process ends. It needs a token for the System layer
with the scope backends:operate, in STRATA_TOKEN; the embedded profile's own client is asked for one
when there is none.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
from rich.console import Console
from rich.table import Table

from runtime.problems import is_document
from runtime.serving.control import SCOPE
from runtime.settings import SettingsError, load

STATES = {"open": "open", "close": "closed", "auto": "auto"}

DEVELOPMENT_CLIENT = "operations"


class NotDone(Exception):
    """What to tell the operator."""


def main(arguments: list[str]) -> int:
    """0 when done, 1 when the process cannot be reached or refuses, 2 for a wrong command line."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.order and not (options.name and options.reason):
        parser.error(f"{options.order} needs the name of a backend and --reason")
    if options.reason and not options.order:
        parser.error("--reason goes with open, close or auto")
    try:
        with httpx.Client(base_url=options.url, timeout=5, trust_env=False) as http:
            rows = _ordered(http, options) if options.order else _backends(http)
    except (NotDone, SettingsError) as error:
        sys.stderr.write(f"strata backends: {error}\n")
        return 1
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        sys.stderr.write(f"strata backends: nothing answers at {options.url}: {error}\n")
        return 1
    sys.stdout.write(orjson.dumps(rows).decode() + "\n") if options.json else _print(rows)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="strata backends", description=__doc__)
    parser.add_argument("order", nargs="?", choices=STATES, help="what to do with a breaker")
    parser.add_argument("name", nargs="?", metavar="NAME", help="of a backend, e.g. erp")
    parser.add_argument("--reason", metavar="TEXT", help="why, for the log and the next operator")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="of the process")
    parser.add_argument("--config", type=Path, help="the overlay that process was started with")
    parser.add_argument("--json", action="store_true", help="one JSON array")
    return parser


def _backends(http: httpx.Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _read(http.get("/operations/backends"), list)
    return rows


def _ordered(http: httpx.Client, options: argparse.Namespace) -> list[dict[str, Any]]:
    order = {
        "backend": options.name,
        "state": STATES[options.order],
        "reason": options.reason,
    }
    token = os.environ.get("STRATA_TOKEN") or _development_token(http, options.config)
    headers = {"authorization": f"Bearer {token}"}
    return [_read(http.post("/operations/backends/orders", json=order, headers=headers), dict)]


def _development_token(http: httpx.Client, config: Path | None) -> str:
    client = load(config).security.development_clients.get(DEVELOPMENT_CLIENT)
    if client is None:
        raise NotDone(f"put a token with the scope {SCOPE} into STRATA_TOKEN")
    grant = {"grant_type": "client_credentials", "scope": SCOPE}
    answer = http.post("/oauth/token", data=grant, auth=(DEVELOPMENT_CLIENT, client.secret))
    if answer.status_code != 200:
        raise NotDone(
            f"no token for {DEVELOPMENT_CLIENT} there: put one with {SCOPE} into STRATA_TOKEN"
        )
    return str(_read(answer, dict)["access_token"])


def _read(answer: httpx.Response, kind: type) -> Any:
    try:
        document = orjson.loads(answer.content)
    except ValueError:
        document = None
    if is_document(document):
        faults = [fault["detail"] for fault in document.get("errors", ())]
        raise NotDone(": ".join(filter(None, [document["title"], document.get("detail"), *faults])))
    if not answer.is_success or not isinstance(document, kind):
        raise NotDone(f"{answer.url} is not a Strata process (status {answer.status_code})")
    return document


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


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in COLUMNS:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*(value(row) for value in COLUMNS.values()))
    Console(width=1000, soft_wrap=True, markup=False).print(table)
