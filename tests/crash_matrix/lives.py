"""The processes of a case, one after another: all but the last of them are killed."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.serving.platform import Platform
from tests.crash_matrix.cases import Case
from tests.crash_matrix.control import Controls
from tests.crash_matrix.engines import EngineUnderTest
from tests.crash_matrix.flows.asking import Ask
from tests.crash_matrix.kills import Commits, InCall, Kill, fork, killed
from tests.crash_matrix.life import PATIENCE, Life
from tests.crash_matrix.sabotage import Wrap
from tests.crash_matrix.variants import VARIANTS

LOG = "log"


@dataclass(frozen=True, slots=True)
class Lives:
    case: Case
    folder: Path
    platform: Platform
    engine: EngineUnderTest
    tokens: dict[str, str]
    controls: Controls
    wrap: Wrap

    def all(self, asks: Sequence[Ask]) -> int:
        """How many of the kills came about; after the first one that did not, the run had ended.

        Raises RuntimeError or TimeoutError for a process that ends in any other way.
        """
        for number, kill in enumerate((*self.case.kills, None)):
            if not self.one(asks, kill, first=number == 0):
                return number
        raise RuntimeError("the last process was killed by somebody else")

    def one(self, asks: Sequence[Ask], kill: Kill | None = None, *, first: bool = True) -> bool:
        """Whether it was killed."""
        life = Life(
            self.case.flow,
            self.platform,
            self.engine,
            self.tokens,
            self.folder,
            twice=VARIANTS[self.case.variant].twice,
            first=first,
            wrap=self.wrap,
        )

        def live() -> None:
            log = os.open(self.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, sys.stderr.fileno())
            life(asks, Commits(kill))

        child = fork(live)
        if isinstance(kill, InCall):
            return killed(self._killed_in(kill, child))
        return killed(os.waitpid(child, 0)[1])

    def _killed_in(self, kill: InCall, child: int) -> int:
        """Its wait status, once it was killed in its call or has ended without one."""
        late = VARIANTS[self.case.variant].kind == "delay"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status
            if self.controls.has_got(kill.operation, done=not late):
                os.kill(child, signal.SIGKILL)
                return os.waitpid(child, 0)[1]
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise TimeoutError("a process of the matrix hangs")
