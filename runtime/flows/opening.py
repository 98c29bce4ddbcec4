"""What a Process API opens: the engine of its flows, on a journal in the data directory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from runtime.apis.binding import Surroundings
from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.flows.journal import Journal
from runtime.flows.lock import JournalLocked
from runtime.flows.origin import restored
from runtime.settings import SettingsError


@dataclass(frozen=True)
class FlowsIn:
    """The Opener of an API that has flows; which ones can be seen without opening anything."""

    name: str
    flows: Sequence[Flow[Any, Any]]

    @asynccontextmanager
    async def __call__(self, around: Surroundings) -> AsyncIterator[Engine]:
        path = around.settings.data_dir / f"{self.name}.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            journal = Journal(path, clock=around.clock)
        except JournalLocked as error:
            raise SettingsError([f"data_dir: {error}"]) from error
        engine = EmbeddedEngine(
            journal, self.flows, make_context=partial(restored, wiring=around.wiring)
        )
        try:
            await engine.recover()
            around.engines[self.name] = engine
            yield engine
        finally:
            around.engines.pop(self.name, None)
            await engine.aclose()


def flows_in(name: str, flows: Sequence[Flow[Any, Any]]) -> FlowsIn:
    """Keeps the flows' journal in `<data_dir>/<name>.sqlite`, and takes up what a crash interrupted."""
    return FlowsIn(name, flows)
