"""Which files are ours to process: the intent first, then the rename that only one can win."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.folder import Entry
from connectors.protocols.files.inbox import Arrivals, Inbox, Marker
from connectors.protocols.files.ledger import Ledger
from connectors.protocols.files.names import Claim
from runtime.clock import Clock
from runtime.problems import Misconfigured, Missing

log = structlog.get_logger()

Passed = Callable[[str], None]
"""Told at each point at which a kill has to be survived: a seam for tests."""

FORGOTTEN_AFTER = timedelta(days=7)
"""An intent without a file is kept: a rename that we took for failed may still be carried out."""


class Claims:
    def __init__(
        self, files: FileBackend, ledger: Ledger, inbox: Inbox, *, clock: Clock, passed: Passed
    ) -> None:
        self._files = files
        self._ledger = ledger
        self._inbox = inbox
        self._clock = clock
        self._passed = passed
        self._arrivals = Arrivals(inbox)
        self._marker = inbox.complete.suffix if isinstance(inbox.complete, Marker) else ""
        self._ready = False

    async def complete(self) -> list[Entry]:
        """The files that may be claimed."""
        return self._arrivals.complete(await self._files.entries(self._inbox.place))

    async def left_over(self) -> list[Claim]:
        """Those of our claims that lie in `in-process/`: something ended before they did."""
        intents = [
            Claim(*row) for row in self._ledger.rows("select name, id from claim order by at")
        ]
        if self._ready and not intents:
            return []
        if not self._ready:
            await self._make_places()
        found = {entry.name for entry in await self._files.entries(self._inbox.at("in-process"))}
        _tell_foreign(found, intents, self._marker)
        self._ready = True
        left = [claim for claim in intents if await self._is_left(claim, found)]
        await self._forget_old({claim.id for claim in left})
        return left

    async def made(self, name: str) -> Claim | None:
        """None when somebody else was quicker."""
        claim = Claim(name)
        row = (claim.id, name, self._clock().isoformat())
        await self._ledger.write(lambda c: c.execute("insert into claim values (?,?,?)", row))
        self._passed("intended")
        if self._marker:
            if not await self._won(name + self._marker, claim.claimed + self._marker):
                return await self._lost(claim)
            self._passed("marked")
        if not await self._won(name, claim.claimed):
            return await self._lost(claim)
        self._passed("claimed")
        return claim

    async def unmark(self, claim: Claim) -> None:
        """Before the file itself leaves: a marker alone says that its file is yet to be claimed."""
        if self._marker:
            await self._files.remove(self._inbox.in_process(claim.claimed + self._marker))
            self._passed("unmarked")

    async def closed(self, claim: Claim) -> None:
        await self._forget(claim.id)
        self._passed("closed")

    async def _make_places(self) -> None:
        """Beside a folder that has to be there: a misspelt one must not come into being."""
        if not await self._files.exists(self._inbox.place):
            raise Misconfigured(f"{self._files.name} has no such folder to pick files up from")
        for place in ("in-process", "archive", "failed"):
            await self._files.make(self._inbox.at(place))

    async def _is_left(self, claim: Claim, found: set[str]) -> bool:
        if claim.claimed in found:
            return True
        if not self._marker or claim.claimed + self._marker not in found:
            return False
        if await self._won(claim.name, claim.claimed):
            return True
        await self.unmark(claim)
        return False

    async def _won(self, name: str, claimed: str) -> bool:
        try:
            await self._files.move(self._inbox.at(name), self._inbox.in_process(claimed))
        except Missing:
            return False
        return True

    async def _lost(self, claim: Claim) -> Claim | None:
        await self.unmark(claim)
        await self.closed(claim)
        return None

    async def _forget(self, claim_id: str) -> None:
        await self._ledger.write(lambda c: c.execute("delete from claim where id = ?", (claim_id,)))

    async def _forget_old(self, left: set[str]) -> None:
        before = (self._clock() - FORGOTTEN_AFTER).isoformat()
        old = self._ledger.rows("select id from claim where at < ?", before)
        for (claim_id,) in old:
            if claim_id not in left:
                await self._forget(claim_id)


def _tell_foreign(found: set[str], intents: list[Claim], marker: str) -> None:
    """Another worker's, or those of a ledger that is gone: then an operator puts them back."""
    ours = {claim.claimed for claim in intents}
    foreign = [name for name in found if name not in ours and name.removesuffix(marker) not in ours]
    if foreign:
        log.warning("files_claimed_by_others", files=len(foreign))
