"""The flow engines, each with what the matrix has to know to open one and to copy what it keeps."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

from runtime.apis.binding import OpenEngine
from tests.crash_matrix import embedded, replicated
from tests.crash_matrix.kills import Commits


class EngineUnderTest(Protocol):
    """What the processes of a worker have: those of a case, one after another."""

    @property
    def overlay(self) -> dict[str, Any]:
        """What differs in the configuration."""
        ...

    def opener(self, commits: Commits) -> OpenEngine:
        """For a process whose writes are counted, or end it. It runs in the folder of its case."""
        ...

    def keep(self, kept: Path) -> None:
        """Remember what the processes that ran in `kept` have written down."""
        ...

    def lay(self, kept: Path, folder: Path) -> None:
        """Give the processes that will run in `folder` what was kept."""
        ...


ENGINES: Mapping[str, Callable[[ExitStack], EngineUnderTest]] = {
    "embedded": embedded.Embedded,
    "dbos": replicated.Replicated,
}
"""Each made when its first case comes up; what it opens, the stack closes."""
