"""The port of a flow engine: a run is started once by id and survives the process."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from runtime.context import Context
from runtime.flows.flow import Flow
from runtime.flows.run import Order, Run, Status
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


class EventTaken(Rejected):
    """The run has been told something else under that name."""

    status = 409
    kind = "event-taken"
    title = "Something else was said before"


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

        A run that is taken up again and again without getting any further ends up stuck, lest it
        brings down each process that tries. Call it once the peers can be called.
        """
        ...

    async def order(self, run_id: str, order: Order) -> Run:
        """Do what an operator wants, durably written down first: a crash does not lose it.

        retry: a stuck run tries again what it is stuck at. skip: it goes on as if the step it is
        stuck at had been done; its result must be nothing. cancel: a running run stops before its
        next step, and undoes what it has done. compensate: that, or the same for a stuck run.
        The same order again, while it stands, changes nothing.

        Raises Missing, or what `runtime.flows.orders` refuses with: NotStuck, NotSkippable,
        NotUnderWay, and OnlyForward from the point of no return on.
        """
        ...

    async def emit(self, run_id: str, event: str, value: object) -> None:
        """Tell a run something, durably; it may come before the run waits for it.

        `value` is a pydantic model or JSON other than null. An event is told once: the same again
        changes nothing. Raises Missing, EventTaken for another value, and NotUnderWay when the run
        has ended.
        """
        ...

    async def family(self, run_id: str) -> Sequence[Run]:
        """The run and those whose ids are its own, a hyphen and more; the oldest first."""
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
        after: str | None = None,
    ) -> Sequence[Run]:
        """The newest runs first, with their steps; from the one after the run of that id, if any."""
        ...
