"""The parts of an answer: what a system says and how old that is, or why it cannot be asked."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

import structlog

from contracts.models.process.catalogue.v1 import Degraded, Kept
from runtime.calls.ages import oldest
from runtime.degradation import reason
from runtime.problems import Problem, Rejected

log = structlog.get_logger()
T = TypeVar("T")

Part = Literal["price", "availability"]
SOURCE: dict[Part, Literal["erp", "inventory"]] = {"price": "erp", "availability": "inventory"}

OF_NOW = 30
"""Seconds that an answer may be old, by the contract, without a word about it."""

SHARE = 0.7
"""Of the caller's time that the systems may use up, so that a silent one still leaves an answer."""


class Parts:
    """What is missing from one answer, and what in it is of before; a system that fails several times is
    named once."""

    def __init__(self) -> None:
        self._missing: dict[Part, Problem] = {}
        self._ages: dict[Part, int] = {}

    async def have(self, part: Part, answer: Awaitable[T]) -> T:
        """What cannot be had is raised."""
        with oldest() as heard:
            value = await answer
        self._ages[part] = max(heard.seconds, self._ages.get(part, 0))
        return value

    async def ask(self, part: Part, answer: Awaitable[T]) -> T | None:
        """None when it cannot be had. A refusal is the caller's to judge, and raised."""
        try:
            return await self.have(part, answer)
        except Problem as problem:
            if isinstance(problem, Rejected):
                raise
            if part not in self._missing:
                log.warning("part_degraded", part=part, source=SOURCE[part], kind=problem.slug)
            self._missing.setdefault(part, problem)
            return None

    def lacks(self, part: Part) -> bool:
        return part in self._missing

    def refuse_nothing(self) -> None:
        """An answer none of whose parts could be had is none: raises what kept the first from it."""
        if len(self._missing) == len(SOURCE):
            raise self._missing["price"]

    @property
    def kept(self) -> list[Kept]:
        now = datetime.now(UTC)
        return [
            Kept(part=part, source=SOURCE[part], as_of=now - timedelta(seconds=age))
            for part, age in self._ages.items()
            if age > OF_NOW
        ]

    @property
    def degraded(self) -> list[Degraded]:
        return [_degraded(part, self._missing[part]) for part in SOURCE if part in self._missing]


def _degraded(part: Part, problem: Problem) -> Degraded:
    return Degraded(
        part=part,
        source=SOURCE[part],
        reason=reason(problem),
        retry_after=problem.document.get("retryAfter"),
    )
