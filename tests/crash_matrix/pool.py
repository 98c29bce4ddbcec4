"""Workers that share the cases: processes of their own, each with a sandbox of its own."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson

from tests.crash_matrix.cases import Case
from tests.crash_matrix.outcome import Outcome

ROOT = Path(__file__).parents[2]
LONGEST_LINE = 1 << 20


class Pool:
    """`async with Pool(2) as pool: await pool.play(cases, told)`."""

    def __init__(self, size: int, sabotage: str = "none") -> None:
        self._size = size
        self.sabotage = sabotage
        self._workers: list[Process] = []

    async def __aenter__(self) -> "Pool":
        command = [sys.executable, "-m", "tests.crash_matrix.worker"]
        self._workers = [
            await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=LONGEST_LINE
            )
            for _ in range(self._size)
        ]
        return self

    async def __aexit__(self, *_error: object) -> None:
        for worker in self._workers:
            if worker.stdin is not None:
                worker.stdin.close()  # it ends when there is nothing to read any more
        for worker in self._workers:
            await worker.wait()

    async def play(self, cases: Iterable[Case], told: Callable[[Outcome], None]) -> None:
        """All of them; `told` hears of each as it ends. Raises RuntimeError when a worker fails."""
        rest = iter(cases)
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(self._feed(worker, rest, told))

    async def _feed(
        self, worker: Process, rest: Iterator[Case], told: Callable[[Outcome], None]
    ) -> None:
        assert worker.stdin is not None
        assert worker.stdout is not None
        for case in rest:
            worker.stdin.write(f"{self.sabotage}\t{case}\n".encode())
            line = await worker.stdout.readline()
            if not line:
                raise RuntimeError(f"a worker ended at: {case}")
            told(Outcome(**orjson.loads(line)))
