"""What is going on right now: a bar, then a spinner, in a terminal; elsewhere plain lines."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sandbox.demo.child import Watch

NEARLY = 0.95
"""How much of its part of the bar a stage fills before it has ended: its length is a guess."""


class Starting(AbstractContextManager["Starting"]):
    """`stages` with about how many seconds each takes. One bar for all, one line left of each."""

    def __init__(self, console: Console, stages: Mapping[str, float]) -> None:
        self._console, self._stages, self._done = console, stages, 0.0
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(24, complete_style="cyan", finished_style="cyan"),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=not lively(console))
        self._task = self._bar.add_task("", total=sum(stages.values()))

    def __enter__(self) -> "Starting":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._bar.stop()

    @contextmanager
    def stage(self, title: str) -> Iterator[Watch]:
        """What a process says meanwhile is shown behind the title, or line by line."""
        about, started = self._stages[title], time.monotonic()
        told = _Told(self._console)

        def watch(log: str) -> None:
            share = min((time.monotonic() - started) / about, NEARLY)
            now = told.latest(log)
            text = f"{title} [dim]· {now}[/]" if now else title
            self._bar.update(self._task, completed=self._done + share * about, description=text)
            if not lively(self._console):
                told.print_new(log)

        watch("")
        yield watch
        self._done += about
        self._bar.update(self._task, completed=self._done)
        self._console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - started:.1f} s[/]")


class _Told:
    """The lines of a log that are meant for people."""

    def __init__(self, console: Console) -> None:
        self._console, self._printed = console, 0

    def latest(self, log: str) -> str:
        return next((line.strip() for line in reversed(_lines(log)) if line.strip()), "")[:48]

    def print_new(self, log: str) -> None:
        complete = _lines(log[: log.rfind("\n") + 1])
        for line in complete[self._printed :]:
            self._console.print(f"  {line}", markup=False)
        self._printed = len(complete)


def spinner(console: Console, text: str) -> AbstractContextManager[Callable[[str], None]]:
    """Shows `text`, then whatever it is given."""
    return _spinning(console, text) if lively(console) else nullcontext(lambda _: None)


@contextmanager
def _spinning(console: Console, text: str) -> Iterator[Callable[[str], None]]:
    with console.status(f"[dim]{text}[/]") as status:
        yield lambda now: status.update(f"[dim]{now}[/]")


def lively(console: Console) -> bool:
    return console.is_terminal and not console.is_dumb_terminal


def _lines(log: str) -> list[str]:
    return [line for line in log.splitlines() if not line.startswith("{")]
