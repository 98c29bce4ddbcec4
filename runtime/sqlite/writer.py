"""One thread that writes: all that is pending is one transaction, so one flush serves many runs."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from runtime.problems import Unavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Commit = Callable[[sqlite3.Connection], object]


def commit(connection: sqlite3.Connection) -> None:
    connection.execute("commit")


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    work: Work[Any]
    future: asyncio.Future[Any]


_Result = tuple[_Job, Any, Exception | None]


class Writer:
    """`commit` is a seam: tests end the process just before or after one. `what` it writes is said
    where it cannot be."""

    def __init__(
        self, connection: sqlite3.Connection, commit: Commit = commit, what: str = "the journal"
    ) -> None:
        self._what = what
        self._connection = connection
        self._commit = commit
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=what, daemon=True)
        self._thread.start()
        self._closed = False

    def write(self, work: Work[T]) -> asyncio.Future[T]:
        """Resolves to what `work` returned (None for a cursor), once it is on the disk; cancelling it
        does not undo it.

        Unavailable when the disk is full or failing: then nothing of it is kept.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._closed:
            future.set_exception(Unavailable(f"{self._what} is closed"))
        else:
            self._jobs.put(_Job(work, future))
        return future

    async def aclose(self) -> None:
        """Write what is pending, then stop."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while batch := self._batch():
            results = self._written(batch)
            batch[0].future.get_loop().call_soon_threadsafe(_settle, results)

    def _batch(self) -> list[_Job]:
        """All jobs there are, after waiting for the first; none once it is closed."""
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch
        if batch:
            self._jobs.put(None)  # the end is next
        return batch

    def _written(self, batch: list[_Job]) -> list[_Result]:
        try:
            return self._transaction(batch)
        except Exception as error:
            if len(batch) == 1:
                return [(batch[0], None, self._told(error))]
            # Alone each again: what is wrong with one must not fail those it shared a flush with.
            return [result for job in batch for result in self._written([job])]

    def _transaction(self, batch: list[_Job]) -> list[_Result]:
        self._connection.execute("begin immediate")
        try:
            results: list[_Result] = [(job, self._done(job), None) for job in batch]
            self._commit(self._connection)
        except BaseException:
            if self._connection.in_transaction:  # SQLite ends it itself when the disk is full
                self._connection.execute("rollback")
            raise
        return results

    def _done(self, job: _Job) -> Any:
        value = job.work(self._connection)
        # A cursor stays here: dropped by whoever waits, it would reset the cached statement that this
        # thread is using, and another write would fail of it ("bad parameter or other API misuse").
        return None if isinstance(value, sqlite3.Cursor) else value

    def _told(self, error: Exception) -> Exception:
        if not isinstance(error, sqlite3.OperationalError):
            return error
        told = Unavailable(f"{self._what} cannot be written: {error}", retry_after=5)
        told.__cause__ = error
        return told


def _settle(results: list[_Result]) -> None:
    for job, value, error in results:
        if job.future.done():  # cancelled by who waited
            continue
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(value)
