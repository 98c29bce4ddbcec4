"""`strata flows lint`: what is wrong with the flows; `strata flows explain`: if a step fails."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson

from runtime.contracts.bundle import ContractError
from runtime.flows.linting.checks import findings
from runtime.flows.linting.discovery import UnknownFlow, flows, named
from runtime.flows.linting.events import Finding
from runtime.flows.linting.explaining import CannotBeExplained
from runtime.flows.linting.explaining import explain as explained
from runtime.flows.linting.wording import text
from runtime.serving.catalogue import UnknownApi


def lint(arguments: list[str]) -> int:
    """0 when nothing is found, 1 when something is, 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="strata flows lint", description="Refuse what a flow cannot undo, repeat or replay."
    )
    parser.add_argument(
        "apis", nargs="*", metavar="API", help="e.g. process/orders; all when none is named"
    )
    parser.add_argument("--json", action="store_true", help="one JSON array")
    options = parser.parse_args(arguments)
    try:
        found = [(flow.name, it) for flow in flows(options.apis) for it in findings(flow)]
    except (UnknownApi, ContractError) as error:
        sys.stderr.write(f"strata flows lint: {error}\n")
        return 2
    if options.json:
        _write_json([_row(flow, it) for flow, it in found])
    else:
        sys.stdout.writelines(f"{it} [{flow}]\n" for flow, it in found)
    return 1 if found else 0


def explain(arguments: list[str]) -> int:
    """0, 1 when not all of the flow can be seen, 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="strata flows explain", description="What happens if a step fails, for every step."
    )
    parser.add_argument("flow", metavar="FLOW", help="e.g. place-order")
    parser.add_argument("--json", action="store_true", help="one JSON array, a member per step")
    options = parser.parse_args(arguments)
    try:
        steps = explained(named(options.flow))
    except (UnknownFlow, ContractError, CannotBeExplained) as error:
        sys.stderr.write(f"strata flows explain: {error}\n")
        return 1 if isinstance(error, CannotBeExplained) else 2
    if options.json:
        _write_json({**asdict(step), "place": str(step.place)} for step in steps)
    else:
        sys.stdout.write(text(options.flow, steps))
    return 0


def _row(flow: str, found: Finding) -> dict[str, Any]:
    return {"flow": flow, **found._asdict(), "place": str(found.place)}


def _write_json(rows: Iterable[dict[str, Any]]) -> None:
    sys.stdout.write(orjson.dumps(_plain(list(rows))).decode() + "\n")


def _plain(value: Any) -> Any:
    """Named tuples as objects."""
    if hasattr(value, "_asdict"):
        return {name: _plain(it) for name, it in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    return {name: _plain(it) for name, it in value.items()} if isinstance(value, dict) else value
