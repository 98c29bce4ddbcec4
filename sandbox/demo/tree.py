"""The hops and backend calls of an order as a tree, with their time in ms."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from sandbox.demo.spans import Span

BAD = "red"
Cells = tuple[Text, str, Text, str]


def tree_table(roots: Sequence[Span]) -> Table:
    """A line per hop and step; a backend call stands beside the hop that made it."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("hop or step", no_wrap=True)
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("backend call", no_wrap=True)
    table.add_column("ms", justify="right", no_wrap=True)
    for root in roots:
        for cells in _rows(root, "", ""):
            table.add_row(*cells)
    return table


def _rows(span: Span, lead: str, below: str) -> Iterator[Cells]:
    """`lead` stands before the span, `below` before what hangs under it."""
    hops = [call for call in span.calls if call.kind != "backend"]
    calls = [call for call in span.calls if call.kind == "backend"]
    yield (_hop(span, lead), f"{span.ms:.1f}", *_call(calls[:1]))
    for at in range(1, len(calls)):
        yield (Text(below, "dim"), "", *_call(calls[at : at + 1]))
    for hop in hops:
        bend, line = ("└ ", "  ") if hop is hops[-1] else ("├ ", "│ ")
        yield from _rows(hop, below + bend, below + line)


def _hop(span: Span, lead: str) -> Text:
    who = ("", "") if span.kind == "step" else (f"{span.who} ", "cyan")
    did = (f"{'undo ' * span.undo}{span.did}", "bold" if span.kind == "step" else "")
    return Text.assemble((lead, "dim"), who, did, _trouble(span))


def _call(one_or_none: Sequence[Span]) -> tuple[Text, str]:
    if not one_or_none:
        return Text(), ""
    [span] = one_or_none
    return Text.assemble((span.did, "magenta"), _trouble(span)), f"{span.ms:.1f}"


def _trouble(span: Span) -> tuple[str, str]:
    return ("", "") if span.good else (f"  {span.outcome}", BAD)
