"""`strata flows list | show | retry | skip | compensate | cancel`: runs of flows in a running process.

A stuck run goes neither on nor back. retry: it tries again what it is stuck at. skip: that step
counts as done, where the flow needs nothing of it. compensate: it undoes what it has done; cancel:
a running run does. Neither is possible past the point of no return. Each is kept in the run's
journal, with who and why. It needs a token for the Process layer with the scope flows:operate, in
STRATA_TOKEN; the embedded profile's own client is asked for one when there is none.
"""

import argparse
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import quote

import httpx

from runtime.flows.run import Status
from runtime.serving.flow_control import SCOPE
from runtime.serving.remote import Columns, add_options, authorized, output, read, told

DEVELOPMENT_CLIENT = "flow-operations"

ORDERS = {
    "retry": "let a stuck run try again what it is stuck at",
    "skip": "let the step a run is stuck at count as done",
    "compensate": "undo a stuck or running run instead of going on",
    "cancel": "stop a running run before its next step, and undo it",
}
PATH = "/operations/flows"

Document = dict[str, Any]
Asks = Callable[[httpx.Client, argparse.Namespace], Document]
Shows = Callable[[Document], None]


def main(arguments: list[str]) -> int:
    """0 when done, 1 when the process cannot be reached or refuses, 2 for a wrong command line."""
    options = _parser().parse_args(arguments)
    return told("strata flows", options, options.ask, options.show)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="strata flows", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, summary: str, ask: Asks, show: Shows) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=summary, description=summary)
        added.set_defaults(ask=ask, show=show, action=name)
        add_options(added)
        return added

    listing = action("list", "the newest runs first", _list, _print_list)
    listing.add_argument("--status", choices=get_args(Status))
    listing.add_argument("--flow", metavar="NAME", help="e.g. place-order")
    listing.add_argument("--limit", type=int, metavar="N", help="20 unless said otherwise")
    listing.add_argument("--after", metavar="RUN", help="the last run of the list before")
    showing = action("show", "the steps of a run and what was ordered of it", _show, _print_run)
    showing.add_argument("run", metavar="RUN")
    for name, summary in ORDERS.items():
        ordering = action(name, summary, _order, _print_run)
        ordering.add_argument("run", metavar="RUN")
        if name == "skip":
            ordering.add_argument("step", metavar="STEP")
        ordering.add_argument(
            "--reason", metavar="TEXT", required=True, help="why, for the journal and the log"
        )
    return parser


def _list(http: httpx.Client, options: argparse.Namespace) -> Document:
    names = ("status", "flow", "limit", "after")
    said = {name: value for name in names if (value := getattr(options, name)) is not None}
    found: Document = read(http.get(PATH, params=said, headers=_headers(http, options)), dict)
    return found


def _show(http: httpx.Client, options: argparse.Namespace) -> Document:
    found: Document = read(http.get(_path(options), headers=_headers(http, options)), dict)
    return found


def _order(http: httpx.Client, options: argparse.Namespace) -> Document:
    order = {"action": options.action, "reason": options.reason}
    if options.action == "skip":
        order["step"] = options.step
    headers = _headers(http, options)
    found: Document = read(http.post(f"{_path(options)}/orders", json=order, headers=headers), dict)
    return found


def _path(options: argparse.Namespace) -> str:
    return f"{PATH}/{quote(options.run, safe='')}"


def _headers(http: httpx.Client, options: argparse.Namespace) -> dict[str, str]:
    return authorized(http, options, DEVELOPMENT_CLIENT, SCOPE)


RUNS: Columns = {
    "run": lambda run: run["id"],
    "flow": lambda run: run["flow"],
    "status": lambda run: run["status"],
    "stuck at": lambda run: ", ".join(run["stuckAt"]),
    "problem": lambda run: _kind(run["problem"]),
    "updated": lambda run: run["updatedAt"],
}
STEPS: Columns = {
    "step": lambda step: step["name"] if step["kind"] != "undo" else f"undo {step['name']}",
    "outcome": lambda step: step["outcome"],
    "problem": lambda step: _kind(step["problem"]),
    "attempts": lambda step: str(step["attempts"]),
    "skippable": lambda step: "yes" if step["skippable"] and step["outcome"] == "stuck" else "",
    "at": lambda step: step["at"],
}
GIVEN: Columns = {
    "order": lambda order: " ".join(filter(None, [order["action"], order["step"]])),
    "by": lambda order: f"{order['subject']} ({order['client']})",
    "at": lambda order: order["at"],
    "reason": lambda order: order["reason"],
}


def _kind(problem: str | None) -> str:
    return (problem or "").rpartition(":")[2]


def _print_list(found: Document) -> None:
    output(found["items"], RUNS)
    if found["next"]:
        output([found], {"more with": lambda found: f"--after {found['next']}"})


def _print_run(run: Document) -> None:
    output([run], RUNS)
    for rows, columns in ((run["steps"], STEPS), (run["orders"], GIVEN)):
        if rows:
            output(rows, columns)
