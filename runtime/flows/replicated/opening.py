"""The engine of an API, on the replica of its process, as the settings say."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from runtime.clock import Clock
from runtime.context import Context
from runtime.flows.flow import Flow
from runtime.flows.limits import Limits
from runtime.flows.origin import Origin
from runtime.flows.replicated.engine import ReplicatedEngine
from runtime.flows.replicated.replica import replica
from runtime.flows.replicated.tables import Tables
from runtime.postgresql.failures import UNREADABLE, UNUSABLE, said
from runtime.settings import FlowSettings, SettingsError


@asynccontextmanager
async def opened(
    name: str,
    flows: Sequence[Flow[Any, Any]],
    settings: FlowSettings,
    *,
    clock: Clock,
    make_context: Callable[[Origin], Context],
    limits: Limits,
) -> AsyncIterator[ReplicatedEngine]:
    """Raises SettingsError when the database cannot be used."""
    async with AsyncExitStack() as stack:
        url, version = settings.database_url or "", settings.application_version
        try:
            shared = await stack.enter_async_context(replica(url, version, name))
        except (*UNUSABLE, *UNREADABLE) as error:
            raise SettingsError([f"flows.database_url: {said(error)}"]) from error
        tables = Tables(shared.pool, name, clock)
        engine = ReplicatedEngine(shared, tables, flows, make_context=make_context, limits=limits)
        await engine.open()
        yield engine
