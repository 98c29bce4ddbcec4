"""What a Process API opens: the engine of its flows, the embedded one or that of several replicas."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from runtime.apis.binding import Surroundings
from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.flows.journal import Journal
from runtime.flows.limits import Limits
from runtime.flows.origin import restored
from runtime.settings import FlowSettings, SettingsError
from runtime.sqlite.lock import FileInUse
from runtime.sqlite.writer import Commit, commit

Flows = Sequence[Flow[Any, Any]]


@dataclass(frozen=True)
class FlowsIn:
    """The Opener of an API that has flows; which ones can be seen without opening anything."""

    name: str
    flows: Flows
    gives: Callable[[Engine, Surroundings], Any]

    @asynccontextmanager
    async def __call__(self, around: Surroundings) -> AsyncIterator[Any]:
        async with around.open_engine(around, self.name, self.flows) as engine:
            await engine.recover()
            around.engines[self.name] = engine
            try:
                yield self.gives(engine, around)
            finally:
                around.engines.pop(self.name, None)


def _the_engine(engine: Engine, _around: Surroundings) -> Engine:
    return engine


def flows_in(
    name: str, flows: Flows, gives: Callable[[Engine, Surroundings], Any] = _the_engine
) -> FlowsIn:
    """Keeps the flows' journal in `<data_dir>/<name>.sqlite`, or in PostgreSQL under that name, and
    takes up what a crash interrupted.

    `gives` is for an API whose handlers share more than the engine.
    """
    return FlowsIn(name, flows, gives)


@asynccontextmanager
async def open_engine(
    around: Surroundings,
    name: str,
    flows: Flows,
    *,
    limits: Limits | None = None,
    commit: Commit = commit,
) -> AsyncIterator[Engine]:
    """An OpenEngine: the one that is configured. `limits`, by default as configured too, and the
    `commit` of the embedded one's journal are for who proves it."""
    limits = limits or _limits(around.settings.flows)
    if around.settings.flows.engine == "embedded":
        opening = _embedded(around, name, flows, limits, commit)
    else:
        opening = _replicated(around, name, flows, limits)
    async with opening as engine:
        try:
            yield engine
        finally:
            await engine.aclose()


@asynccontextmanager
async def _embedded(
    around: Surroundings, name: str, flows: Flows, limits: Limits, commit: Commit
) -> AsyncIterator[Engine]:
    path = around.settings.data_dir / f"{name}.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        journal = Journal(path, clock=around.clock, commit=commit)
    except FileInUse as error:
        raise SettingsError([f"data_dir: {error}"]) from error
    make_context = partial(restored, wiring=around.wiring)
    yield EmbeddedEngine(journal, flows, make_context=make_context, limits=limits)


@asynccontextmanager
async def _replicated(
    around: Surroundings, name: str, flows: Flows, limits: Limits
) -> AsyncIterator[Engine]:
    try:
        from runtime.flows.replicated.opening import opened
    except ModuleNotFoundError as error:
        raise SettingsError(["flows.engine: dbos is not installed: strata[postgresql]"]) from error
    async with opened(
        name,
        flows,
        around.settings.flows,
        clock=around.clock,
        make_context=partial(restored, wiring=around.wiring),
        limits=limits,
    ) as engine:
        yield engine


def _limits(settings: FlowSettings) -> Limits:
    days = settings.retention_days
    return Limits(retention=days * 86400 if days else None)
