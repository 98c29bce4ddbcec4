"""The story as it is read: what happened, what there is now, and what was promised."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sandbox.demo.books import Entry, goods, money
from sandbox.demo.chapters import Chapter
from sandbox.demo.promises import Promise
from sandbox.demo.scene import Outcome, Row
from sandbox.demo.shop import Answer
from sandbox.demo.tree import tree_table

WIDTH = 100
INDENT = 3
FACTS = 80
"""What is left for a fact, beside the longest label."""


def heading(number: int, chapter: Chapter) -> Text:
    title = (chapter.title, "bold")
    return Text.assemble("\n", (f"{number}  ", "bold cyan"), title, f"\n   {chapter.premise}\n")


def page(chapter: Chapter, outcome: Outcome, width: int) -> Padding:
    """All but the heading, which is there already."""
    parts: list[RenderableType] = [_facts(outcome), *_promises(outcome.promises, width - INDENT)]
    if chapter.whole_tree:
        parts = [tree_table(outcome.spans), "", *parts]
    return Padding(Group(*parts), (0, 0, 0, INDENT))


def show(console: Console, shown: RenderableType) -> None:
    """Without the blanks that fill up lines, where they would end up in a file."""
    if console.is_terminal:
        console.print(shown)
        return
    with console.capture() as captured:
        console.print(shown)
    write(console, "\n".join(line.rstrip() for line in captured.get().splitlines()))


def write(console: Console, text: str) -> None:
    """As it is, however wide: for what is meant to be copied."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _facts(outcome: Outcome) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, min_width=11)
    table.add_column(overflow="fold")
    for row in [*outcome.rows, *_answer(outcome.answer)]:
        table.add_row(row.label, Text(row.text, style=row.style))
    for entry in outcome.holdings.all():
        table.add_row(entry.where, _entry(entry))
    return table


def _answer(answer: Answer | None) -> Iterator[Row]:
    if answer is None:
        return
    problem = answer.media_type == "application/problem+json"
    what = answer.media_type if problem else f"{answer.body.get('status')} {answer.body.get('id')}"
    yield Row("answer", f"{answer.status} {what}, {answer.ms:.0f} ms", "bold")
    if problem:
        yield from (Row("", line, "dim") for line in _document(answer.body))


def _document(body: dict[str, object]) -> Iterator[str]:
    """JSON with as many members on a line as fit."""
    members = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in body.items()]
    lines = packed([f"{member}," for member in members[:-1]] + members[-1:], FACTS - 2, " ")
    return (
        ("{" if n == 0 else " ") + line for n, line in enumerate([*lines[:-1], lines[-1] + "}"])
    )


def _entry(entry: Entry) -> Text:
    """What it comes to before what it is about: of these, goods can be many."""
    means = "" if entry.says.lower() == entry.means else f" ({entry.means})"
    parts = [
        Text(entry.number),
        Text.assemble((entry.says, "bold"), (means, "dim")),
        *([Text(money(entry.minor))] if entry.minor else []),
        *([Text(goods(entry.lines))] if entry.lines else []),
    ]
    text = parts[0]
    for part in parts[1:]:
        last_line = text.plain.rpartition("\n")[2]
        text.append("  " if len(last_line) + 2 + len(part) <= FACTS else "\n").append(part)
    return text


def _promises(promises: Sequence[Promise], width: int) -> Iterator[Text]:
    """Kept ones on as few lines as they need, each other with what was found."""
    for line in packed([f"✓ {promise.text}" for promise in promises if promise.kept], width, "  "):
        yield Text(line, "green")
    for promise in promises:
        if not promise.kept:
            yield Text(f"✗ {promise.text}: {promise.found}", "bold red")


def packed(words: Sequence[str], width: int, between: str) -> list[str]:
    """As many on a line as fit."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(between) + len(word) <= width:
            lines[-1] += between + word
        else:
            lines.append(word)
    return lines
