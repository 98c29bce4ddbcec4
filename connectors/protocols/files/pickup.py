"""Files taken out of a folder: each complete one once, whatever happens in between.

 intent in our ledger -> renamed into `in-process/` under a name of its own -> fetched and hashed
 -> judged as a whole -> rows and the note that they were delivered in one transaction
 -> moved to `archive/` or `failed/` -> intent forgotten

Killed at any arrow, the next take finds the intent and goes on from there. Two workers cannot take
one file, as only one rename succeeds; what another worker has claimed is left alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

import structlog

from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.claims import Claims, Passed
from connectors.protocols.files.folder import TooLarge
from connectors.protocols.files.inbox import Inbox
from connectors.protocols.files.layouts.bytes_in import opened
from connectors.protocols.files.layouts.faults import Unfit
from connectors.protocols.files.layouts.judging import Verdict, judged
from connectors.protocols.files.layouts.layout import Row
from connectors.protocols.files.layouts.reading import read
from connectors.protocols.files.ledger import Delivered, Ledger, note
from connectors.protocols.files.names import Claim
from runtime.clock import Clock, now
from runtime.problems import Misconfigured, Missing, Problem

log = structlog.get_logger()

Sink = Callable[[Connection, Iterator[Row]], None]
"""Takes the rows in, header and trailer among them, by statements of the transaction that notes the
file as delivered. In a thread; maybe more than once, if the transaction fails. May raise Unfit."""


@dataclass(frozen=True, slots=True)
class Taken:
    name: str
    outcome: Literal["delivered", "duplicate", "failed"]
    reason: str = ""
    rows: int = 0
    bad: int = 0


class PickUp:
    """`workdir` is for files under way and for `quarantine/`: one for each ledger."""

    def __init__(
        self,
        files: FileBackend,
        ledger: Ledger,
        inbox: Inbox,
        workdir: Path,
        *,
        clock: Clock = now,
        passed: Passed = lambda _point: None,
    ) -> None:
        self._files = files
        self._ledger = ledger
        self._inbox = inbox
        self._workdir = workdir
        self._clock = clock
        self._passed = passed
        self._claims = Claims(files, ledger, inbox, clock=clock, passed=passed)
        self._taking = asyncio.Lock()

    async def take(self, sink: Sink) -> list[Taken]:
        """All that is complete, the interrupted first, then by name. Raises what the folder raises;
        what it was about then is taken up by the next take."""
        async with self._taking:
            taken: list[Taken] = []
            problems: list[Problem] = []
            async for claim in self._to_process():
                try:
                    taken.append(await self._process(claim, sink))
                except (Misconfigured, Missing) as problem:  # of this file; the others may do
                    problems.append(problem)
            if problems:
                raise problems[0]
            return taken

    async def _to_process(self) -> AsyncIterator[Claim]:
        for claim in await self._claims.left_over():
            yield claim
        for entry in await self._claims.complete():
            if (made := await self._claims.made(entry.name)) is not None:
                yield made

    async def _process(self, claim: Claim, sink: Sink) -> Taken:
        self._workdir.mkdir(parents=True, exist_ok=True)
        local = self._workdir / claim.id
        try:
            taken = await self._settled(claim, local, sink)
            place = self._inbox.failed if taken.outcome == "failed" else self._inbox.archived
            await self._claims.unmark(claim)
            await self._files.move(self._inbox.in_process(claim.claimed), place(claim.claimed))
            self._passed("moved")
            await self._claims.closed(claim)
        finally:
            local.unlink(missing_ok=True)
        _tell(taken)
        return taken

    async def _settled(self, claim: Claim, local: Path, sink: Sink) -> Taken:
        try:
            fetched = await self._files.fetch(
                self._inbox.in_process(claim.claimed), local, self._inbox.max_bytes
            )
        except TooLarge:
            return Taken(claim.name, "failed", f"larger than {self._inbox.max_bytes} bytes")
        self._passed("fetched")
        earlier = self._ledger.delivered(fetched.sha256)
        if earlier is not None:
            return _known(claim, earlier)
        return await self._delivered(claim, local, fetched.sha256, sink)

    async def _delivered(self, claim: Claim, local: Path, sha256: str, sink: Sink) -> Taken:
        verdict = await asyncio.to_thread(self._judged, claim, local)
        self._passed("judged")
        failure = verdict.failure
        at = self._clock().isoformat()
        done = Delivered(sha256, claim.id, claim.name, verdict.rows, verdict.bad, at)
        if not failure:
            try:
                await self._ledger.write(lambda c: self._deliver(c, local, done, sink))
            except Unfit as error:
                failure = str(error)
        self._passed("delivered")
        outcome: Literal["failed", "delivered"] = "failed" if failure else "delivered"
        return Taken(claim.name, outcome, failure, verdict.rows, verdict.bad)

    def _judged(self, claim: Claim, local: Path) -> Verdict:
        quarantine = self._workdir / "quarantine" / f"{claim.claimed}.jsonl"
        inbox = self._inbox
        packed = inbox.unpack and claim.name.endswith(".gz")
        with opened(local, packed=packed, cap=inbox.max_unpacked_bytes) as stream:
            return judged(stream, inbox.layout, inbox.max_bad_share, quarantine)

    def _deliver(self, connection: Connection, local: Path, done: Delivered, sink: Sink) -> None:
        packed = self._inbox.unpack and done.name.endswith(".gz")
        with opened(local, packed=packed, cap=self._inbox.max_unpacked_bytes) as stream:
            results = read(stream, self._inbox.layout)
            sink(connection, (result for result in results if isinstance(result, Row)))
        note(connection, done)
        self._passed("delivering")


def _known(claim: Claim, earlier: Delivered) -> Taken:
    """Our own claim, if we were killed after the delivery; else a duplicate under any name."""
    outcome: Literal["delivered", "duplicate"] = (
        "delivered" if earlier.claim == claim.id else "duplicate"
    )
    reason = "" if outcome == "delivered" else f"delivered before as {earlier.name}"
    return Taken(claim.name, outcome, reason, earlier.rows, earlier.bad)


def _tell(taken: Taken) -> None:
    tell = log.error if taken.outcome == "failed" else log.info
    tell(
        "file_taken",
        file=taken.name,
        outcome=taken.outcome,
        reason=taken.reason,
        rows=taken.rows,
        bad=taken.bad,
    )
