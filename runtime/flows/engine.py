"""The port of a flow engine: a run is started once by id and survives the process."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from runtime.context import Context
from runtime.flows.flow import Flow
from runtime.flows.run import Run, Status
from runtime.problems import Rejected

P = TypeVar("P")


class Started(NamedTuple):
    run: Run
    created: bool
    """False: the run existed already, with the same flow, owner and payload."""


class KeyReused(Rejected):
    """The id names a run of another flow, owner or payload."""

    kind = "idempotency-key-reused"
    title = "The idempotency key was used for another request"


class NotStuck(Rejected):
    """Only a stuck run can be resumed."""

    status = 409
    kind = "not-stuck"
    title = "The run is not stuck"


class Engine(Protocol):
    async def start(
        self, flow: Flow[P, Any], run_id: str, payload: P, *, owner: str, context: Context
    ) -> Started:
        """Start a run, durably, or find the one of that id; it goes on if the caller goes away.

        Raises KeyReused, or Unavailable when it cannot be made durable or the engine is closing.
        """
        ...

    async def wait(self, run_id: str, timeout: float) -> Run:
        """The run once it has ended, or as it stands after `timeout` seconds. Raises Missing."""
        ...

    async def get(self, run_id: str) -> Run | None: ...

    async def recover(self) -> int:
        """Take up every unfinished run, in the background; how many.

        Call it once the peers can be called.
        """
        ...

    async def resume(self, run_id: str) -> Run:
        """Let a stuck run try again what it is stuck at. Raises Missing or NotStuck."""
        ...

    async def aclose(self) -> None:
        """Let running steps end, then stop; unfinished runs go on at the next recovery."""
        ...

    async def list(
        self,
        *,
        owner: str | None = None,
        flow: str | None = None,
        status: Status | None = None,
        limit: int = 20,
    ) -> Sequence[Run]:
        """The newest runs first, with their steps."""
        ...
