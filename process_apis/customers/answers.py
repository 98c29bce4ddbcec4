"""What a system says of a customer: its answer, or for a while its last one when it cannot be asked.

A part of the view that is old, or missing, says so and why; nothing that goes wrong is passed over.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import structlog
from pydantic import AwareDatetime, BaseModel

from contracts.models.process.customers.v1 import PartName
from runtime.caching.freshness import Freshness
from runtime.caching.read_cache import Key, ReadCache
from runtime.clock import Clock
from runtime.context import current, sooner
from runtime.degradation import reason
from runtime.observability import causes
from runtime.problems import Misconfigured, Missing, Problem, Unavailable

log = structlog.get_logger()

STANDS_IN = Freshness(max_age=0, if_error=3600)
"""Every view asks; when that fails, an answer from within the hour is shown instead, as what it is."""

SHARE = 0.7
"""Of the caller's time that one system may use up, so that a silent one still leaves an answer."""

OURS_TO_MEND = frozenset({"misconfigured", "defect"})


class Told(BaseModel):
    """`value` as the part's contract has it; `external_id`: what the system itself calls the customer."""

    value: Any = None
    empty: Literal["no-account"] | None = None
    external_id: str | None = None


class Kept(BaseModel):
    as_of: AwareDatetime
    told: Told


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the view, and how its system is asked for it."""

    source: Literal["erp", "crm", "orders"]
    ask: Callable[[str], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What there is to show of a part, and what kept its system from being asked."""

    name: PartName
    part: Part
    kept: Kept | None
    problem: Unavailable | None

    def shown(self, now: datetime) -> dict[str, Any] | None:
        if self.kept is None:
            return None
        age = max(0, int((now - self.kept.as_of).total_seconds()))
        told = self.kept.told.model_dump(exclude={"external_id"}, exclude_none=True)
        stale = self.problem is not None
        how_old = {"as_of": self.kept.as_of, "age_seconds": age, "stale": stale}
        return {"source": self.part.source, **how_old, **told}

    def degraded(self) -> dict[str, Any] | None:
        if self.problem is None:
            return None
        return {
            "part": self.name,
            "source": self.part.source,
            "reason": reason(self.problem),
            "retry_after": self.problem.document.get("retryAfter"),
            "last_answer_at": self.kept and self.kept.as_of,
        }


class Answers:
    """Of the systems, the last ones kept in this process, for callers of the same rights."""

    def __init__(self, clock: Clock) -> None:
        self.now = clock
        self._cache = ReadCache()

    async def hear(self, name: PartName, part: Part, customer_id: str) -> Heard:
        """Raises Missing when the ERP knows no such customer."""
        who = current().identity
        key = Key(f"/customers/{customer_id}/{name}", "", who.tenant, who.scopes, None)
        try:
            with sooner(SHARE):
                found = await self._cache.find(
                    key, STANDS_IN, lambda: self._asked(part, customer_id)
                )
        except Unavailable as problem:
            return self._told(Heard(name, part, None, problem))
        kept = Kept.model_validate_json(found.kept.body)
        return self._told(Heard(name, part, kept, found.instead_of))

    def forget(self, customer_id: str) -> None:
        """What is kept of a customer who has been changed, or is one no more."""
        self._cache.changed(f"/customers/{customer_id}")

    async def _asked(self, part: Part, customer_id: str) -> tuple[int, bytes]:
        as_of = self.now()  # an answer is as old as the question
        try:
            told = await part.ask(customer_id)
        except Problem as problem:
            if isinstance(problem, Unavailable) or _nobody(part, problem):
                raise
            raise _mistake(part, problem) from problem
        return 200, Kept(as_of=as_of, told=told).model_dump_json().encode()

    def _told(self, heard: Heard) -> Heard:
        if (problem := heard.problem) is not None:
            why = reason(problem)
            tell = log.error if why in OURS_TO_MEND else log.warning
            part, source = heard.name, heard.part.source
            tell(
                "part_degraded", part=part, source=source, kind=problem.slug, causes=causes(problem)
            )
        return heard


def _nobody(part: Part, problem: Problem) -> bool:
    """The ERP decides who is a customer; to be missed by another system means nothing of the kind."""
    return isinstance(problem, Missing) and part.source == "erp"


def _mistake(part: Part, problem: Problem) -> Unavailable:
    """A refusal of what we ask, or a defect below: no fault of the caller's, and none that passes."""
    if problem.code >= 500:
        return Unavailable(f"{part.source} has a defect", kind="defect")
    return Misconfigured(f"{part.source} refuses what it is asked: {problem.slug}")
