"""What a person sees: how far it is, the table, each violation with the command that repeats it."""

import shlex
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.crash_matrix.cases import read_case
from tests.crash_matrix.outcome import Outcome

EVERY = 10.0
"""Seconds between two lines, where nobody watches a bar."""

ENDINGS = {"completed": "done", "failed": "undone", None: "not begun"}
COLUMNS = ("runs", "killed", "twice", "done", "undone", "not begun", "expected", "violations")
SHOWN = 20


@dataclass
class Report:
    sabotage: str = "none"
    outcomes: list[Outcome] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def violations(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.violations and not each.limit]

    @property
    def limits(self) -> Counter[str]:
        """How often what a vendor does not let us promise came about, by why."""
        return Counter(outcome.limit for outcome in self.outcomes if outcome.limit)

    def last_line(self) -> str:
        runs = f"{len(self.outcomes):,} runs, {len(self.violations):,} violations"
        return f"crash matrix: {runs}"

    def rows(self) -> dict[tuple[str, str, str], Counter[str]]:
        """By engine, flow and variant."""
        found: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        for outcome in self.outcomes:
            case = read_case(outcome.case)
            row = found[case.engine, case.flow, case.variant]
            row["runs"] += 1
            row["killed"] += outcome.hits > 0
            row["twice"] += outcome.hits > 1
            if outcome.ending in ENDINGS:
                row[ENDINGS[outcome.ending]] += 1
            row["expected"] += bool(outcome.limit)
            row["violations"] += bool(outcome.violations) and not outcome.limit
        return found

    def repeat(self, outcome: Outcome) -> str:
        broken = [] if self.sabotage == "none" else ["--sabotage", self.sabotage]
        command = ["python", "-m", "tests.crash_matrix", *broken, "--case", outcome.case]
        return shlex.join(command)

    def document(self) -> bytes:
        cases = [asdict(outcome) | {"repeat": self.repeat(outcome)} for outcome in self.violations]
        rows = [
            dict(zip(("engine", "flow", "variant"), key, strict=True)) | dict(row)
            for key, row in self.rows().items()
        ]
        whole = {
            "runs": len(self.outcomes),
            "violations": len(self.violations),
            "seconds": round(time.monotonic() - self.began, 1),
            "expected": dict(self.limits),
            "rows": rows,
            "cases": cases,
        }
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2)

    def show(self, console: Console) -> None:
        table = Table(box=None, pad_edge=False)
        for column in ("engine", "flow", "variant"):
            table.add_column(column)
        for column in COLUMNS:
            table.add_column(column, justify="right")
        for key, row in self.rows().items():
            table.add_row(*key, *(f"{row[column]:,}" for column in COLUMNS))
        console.print(table)
        for why, times in self.limits.items():
            console.print(f"\nexpected in {times:,} runs: {why}", markup=False)
        for outcome in self.violations[:SHOWN]:
            console.print(f"\n{outcome.case}", style="bold", markup=False)
            for violation in outcome.violations:
                console.print(f"  {violation}", markup=False)
            console.print(f"  {self.repeat(outcome)}", markup=False, soft_wrap=True)
        if len(self.violations) > SHOWN:
            console.print(f"\n… and {len(self.violations) - SHOWN} more")


class Watch:
    """A bar where somebody watches, else a line now and then. On standard error."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        self._said = time.monotonic()
        self._task = self._bar.add_task("crash matrix", total=None)

    def __enter__(self) -> "Watch":
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def expect(self, runs: int) -> None:
        self._bar.update(self._task, total=runs)
        self._total = runs

    def tell(self, outcome: Outcome) -> None:
        self._report.outcomes.append(outcome)
        if outcome.violations and not outcome.limit:
            self._console.print(f"! {outcome.case}", markup=False, highlight=False)
        self._bar.advance(self._task)
        if not self._console.is_terminal and time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            done, bad = len(self._report.outcomes), len(self._report.violations)
            sys.stderr.write(f"· {done:,} of {self._total:,} runs, {bad} violations\n")
            sys.stderr.flush()
