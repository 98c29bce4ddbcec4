"""The embedded engine in the matrix: its journal is a file, and a commit of it is a seam."""

import shutil
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from runtime.apis.binding import OpenEngine
from runtime.flows.opening import open_engine
from tests.crash_matrix.haste import LIMITS
from tests.crash_matrix.kills import Commits

DATA = "state"
"""The data directory of a process, below the folder it runs in."""


class Embedded:
    overlay: ClassVar[dict[str, Any]] = {}

    def __init__(self, _stack: ExitStack) -> None:
        pass

    def opener(self, commits: Commits) -> OpenEngine:
        return partial(open_engine, limits=LIMITS, commit=commits)

    def keep(self, kept: Path) -> None:
        """It is there already."""

    def lay(self, kept: Path, folder: Path) -> None:
        shutil.rmtree(folder / DATA, ignore_errors=True)
        shutil.copytree(kept / DATA, folder / DATA)
