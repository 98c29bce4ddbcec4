"""An engine on a real file or database, and the calls that tests make of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from runtime.calls.http import Sender
from runtime.clock import Clock
from runtime.context import Context, Identity
from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.flows.journal import Journal
from runtime.flows.limits import Limits, RetryPolicy
from runtime.flows.origin import restored
from runtime.flows.replicated.engine import ReplicatedEngine
from runtime.flows.replicated.replica import Replica, replica
from runtime.flows.replicated.tables import Tables
from runtime.flows.run import Action, Order, Run

P = TypeVar("P")

QUICK = RetryPolicy(first=0.001, longest=0.002, give_up_after=0.01)
LIMITS = Limits(
    step=2.0,
    forward=QUICK,
    undo=QUICK,
    after_restart=QUICK,
    undo_patience=2.5,
    close=2.0,
    journal_pause=0.01,
)


class NoPeers:
    def sender(self, api: str) -> Sender:
        raise LookupError(api)

    def base_url(self, api: str) -> str:
        raise LookupError(api)

    def token(self, identity: Identity, api: str) -> str:
        raise LookupError(identity, api)


make_context = partial(restored, wiring=NoPeers())

CALLER = Context(
    api="process/test/v1",
    wiring=NoPeers(),
    request_id="request-1",
    trace_id="0af7651916cd43dd8448eb211c80319c",
    span_id="b7ad6b7169203331",
    deadline=0.0,
    identity=Identity("alice", frozenset({"orders:write"}), "web"),
)


@dataclass(frozen=True)
class Database:
    url: str


Place = Path | Database
"""Where an engine keeps its runs: the embedded one in a file, the one for several replicas in PostgreSQL."""


@asynccontextmanager
async def engine(
    place: Place, *flows: Flow[Any, Any], limits: Limits = LIMITS, clock: Clock | None = None
) -> AsyncIterator[Engine]:
    opened: Engine
    if isinstance(place, Path):
        journal = Journal(place, clock=clock or utc_now)
        opened = EmbeddedEngine(journal, flows, make_context=make_context, limits=limits)
        try:
            yield opened
        finally:
            await opened.aclose()
    else:
        async with (
            tables(place, clock) as (shared, kept),
            replicated(shared, kept, *flows, limits=limits) as opened,
        ):
            yield opened


@asynccontextmanager
async def tables(
    place: Database, clock: Clock | None = None
) -> AsyncIterator[tuple[Replica, Tables]]:
    async with replica(place.url, "1", "test") as shared:
        yield shared, Tables(shared.pool, "test", clock or utc_now)


@asynccontextmanager
async def replicated(
    shared: Replica, kept: Tables, *flows: Flow[Any, Any], limits: Limits = LIMITS
) -> AsyncIterator[ReplicatedEngine]:
    opened = ReplicatedEngine(shared, kept, flows, make_context=make_context, limits=limits)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.aclose()


def utc_now() -> datetime:
    return datetime.now(UTC)


async def started(engine: Engine, flow: Flow[P, Any], payload: P, run_id: str = "run-1") -> Run:
    """Start it, without waiting."""
    begun = await engine.start(flow, run_id, payload, owner="alice", context=CALLER)
    return begun.run


async def ended(engine: Engine, flow: Flow[P, Any], payload: P, run_id: str = "run-1") -> Run:
    """Start it and wait until it has ended."""
    await started(engine, flow, payload, run_id)
    return await engine.wait(run_id, timeout=5)


def order(action: Action, step: str | None = None) -> Order:
    """What an operator asks of a run."""
    return Order(action, "ticket 4711", "maria", "operations", step)


def timeline(run: Run) -> list[str]:
    """E.g. `do reserve ok`, in the order of the journal."""
    return [f"{step.kind} {step.name} {step.outcome}" for step in run.steps]
