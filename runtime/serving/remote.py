"""What the commands share that talk to a running process: options, token, refusals, tables."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
from rich.console import Console
from rich.table import Table

from runtime.problems import is_document
from runtime.settings import SettingsError, load

Columns = Mapping[str, Callable[[dict[str, Any]], str]]
"""What stands under each heading, by row."""

T = TypeVar("T")


class NotDone(Exception):
    """What to tell the operator."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="of the process")
    parser.add_argument("--config", type=Path, help="the overlay that process was started with")
    parser.add_argument("--json", action="store_true", help="as JSON")


def told(
    command: str,
    options: argparse.Namespace,
    ask: Callable[[httpx.Client, argparse.Namespace], T],
    show: Callable[[T], None],
) -> int:
    """0 when what was asked for has been shown, 1 when the process cannot be reached or refuses."""
    try:
        with httpx.Client(base_url=options.url, timeout=5, trust_env=False) as http:
            found = ask(http, options)
    except (NotDone, SettingsError) as error:
        sys.stderr.write(f"{command}: {error}\n")
        return 1
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        sys.stderr.write(f"{command}: nothing answers at {options.url}: {error}\n")
        return 1
    sys.stdout.write(orjson.dumps(found).decode() + "\n") if options.json else show(found)
    return 0


def authorized(
    http: httpx.Client, options: argparse.Namespace, development_client: str, scope: str
) -> dict[str, str]:
    """Headers with the token in STRATA_TOKEN, or one for the embedded profile's own client.

    Raises NotDone where there is neither.
    """
    token = os.environ.get("STRATA_TOKEN")
    if not token:
        token = _development_token(http, options.config, development_client, scope)
    return {"authorization": f"Bearer {token}"}


def _development_token(http: httpx.Client, config: Path | None, name: str, scope: str) -> str:
    client = load(config).security.development_clients.get(name)
    if client is None:
        raise NotDone(f"put a token with the scope {scope} into STRATA_TOKEN")
    grant = {"grant_type": "client_credentials", "scope": scope}
    answer = http.post("/oauth/token", data=grant, auth=(name, client.secret))
    if answer.status_code != 200:
        raise NotDone(f"no token for {name} there: put one with {scope} into STRATA_TOKEN")
    return str(read(answer, dict)["access_token"])


def read(answer: httpx.Response, kind: type) -> Any:
    """What was answered, if it is of that kind. Raises NotDone, in the words of a problem document."""
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


def output(rows: Iterable[dict[str, Any]], columns: Columns) -> None:
    """As wide as the table is, whatever the terminal: a reason cut short is no reason."""
    table = Table(box=None, pad_edge=False)
    for heading in columns:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*(value(row) for value in columns.values()))
    Console(width=1000, soft_wrap=True, markup=False).print(table)
