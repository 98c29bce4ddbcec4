"""`strata routes`: method, path, scopes and file:line of every operation."""

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from runtime.contracts.bundle import ContractError
from runtime.serving import catalogue


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="strata routes", description=__doc__)
    parser.add_argument(
        "apis", nargs="*", metavar="API", help="e.g. process/orders; all when none is named"
    )
    parser.add_argument("--json", action="store_true", help="one JSON array")
    options = parser.parse_args(arguments)
    try:
        rows = [row for name in options.apis or catalogue.names() for row in routes(name)]
    except (catalogue.UnknownApi, ContractError) as error:
        sys.stderr.write(f"strata routes: {error}\n")
        return 2
    sys.stdout.write(orjson.dumps(rows).decode() + "\n") if options.json else _print(rows)
    return 0


def routes(name: str) -> Iterator[dict[str, Any]]:
    """One row per operation of an API, in the order of its contract."""
    api = catalogue.load(name)
    for operation in api.contract.operations.values():
        handler = api.handlers.get(operation.id)
        yield {
            "api": api.contract.name,
            "operation": operation.id,
            "method": operation.method.upper(),
            "path": api.contract.prefix + operation.path,
            "scopes": sorted(operation.scopes),
            "signed": operation.signed_by or operation.verified_by,
            "deprecated": operation.deprecated,
            "handler": _place(handler) if handler else None,
        }


def _place(handler: Any) -> str:
    path = Path(inspect.getsourcefile(handler) or "?")
    home = Path(catalogue.__file__).parents[2]
    shown = path.relative_to(home) if path.is_relative_to(home) else path
    return f"{shown}:{handler.__code__.co_firstlineno}"


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("method", "path", "scopes", "handler"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        access = " ".join(row["scopes"]) or f"(signature: {row['signed']})"
        table.add_row(row["method"], row["path"], access, row["handler"] or "none")
    # As wide as the table is, whatever the terminal: a path cut short is no path.
    Console(width=1000, soft_wrap=True).print(table)
