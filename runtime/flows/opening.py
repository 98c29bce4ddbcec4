"""What a Process API opens: the engine of its flows, on a journal in the data directory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from runtime.apis.binding import Opener, Surroundings
from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.flows.journal import Journal
from runtime.flows.lock import JournalLocked
from runtime.flows.origin import restored
from runtime.settings import SettingsError


def flows_in(name: str, flows: Sequence[Flow[Any, Any]]) -> Opener:
    """Keeps the flows' journal in `<data_dir>/<name>.sqlite`, and takes up what a crash interrupted."""

    @asynccontextmanager
    async def opens(around: Surroundings) -> AsyncIterator[Engine]:
        path = around.settings.data_dir / f"{name}.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            journal = Journal(path, clock=around.clock)
        except JournalLocked as error:
            raise SettingsError([f"data_dir: {error}"]) from error
        engine = EmbeddedEngine(
            journal, flows, make_context=partial(restored, wiring=around.wiring)
        )
        try:
            await engine.recover()
            yield engine
        finally:
            await engine.aclose()

    return opens
