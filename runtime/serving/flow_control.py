"""What an operator sees of the runs of flows, and may order: retry, skip, compensate, cancel.

Both need a token for the Process layer with `flows:operate`. What is shown of a run is how it went,
never what it was about: no payload, no result, no owner, and of a problem only its type, as its text
may quote any of them. An order is kept in the run's journal with who and why, and logged.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runtime.access.bearer import Access
from runtime.apis.pages import Pages
from runtime.flows.engine import Engine
from runtime.flows.run import Action, Order, Run, Status, StepRecord
from runtime.problems import Missing
from runtime.serving.orders import Reasoned, asked, identified, read

log = structlog.get_logger()

SCOPE = "flows:operate"


class Wanted(BaseModel):
    """Which runs, the newest first; `after` is the id of the last one seen."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    flow: str | None = None
    limit: int = Field(default=20, ge=1, le=100)
    after: str | None = None


class Ordered(Reasoned):
    action: Action
    step: str | None = None

    @model_validator(mode="after")
    def _a_step_goes_with_skip(self) -> "Ordered":
        if (self.action == "skip") is (self.step is None):
            raise ValueError("skip names a step, and nothing else does")
        return self


class FlowControl:
    """`engines` are those of this process, by name; they come as its APIs open."""

    def __init__(self, engines: Mapping[str, Engine], access: Access) -> None:
        self._engines = engines
        self._access = access

    def add_to(self, pages: Pages) -> None:
        pages.add("/operations/flows", self.runs)
        pages.add("/operations/flows/{id}", self.run)
        pages.add("/operations/flows/{id}/orders", self.order, "POST")

    async def runs(self, request: Request) -> Response:
        """`next` is what to send as `after`, null when there are no more."""
        await identified(request, self._access, SCOPE)
        wanted = asked(request, Wanted)
        found = await self._found(wanted)
        more = len(found) > wanted.limit
        page = found[: wanted.limit]
        return JSONResponse(
            {"items": [summary(run) for run in page], "next": page[-1].id if more else None}
        )

    async def run(self, request: Request) -> Response:
        await identified(request, self._access, SCOPE)
        _, run = await self._of(request.path_params["id"])
        return JSONResponse(described(run))

    async def order(self, request: Request) -> Response:
        """202: it is written down, and the run is taken up; what it comes to is seen in the run."""
        identity = await identified(request, self._access, SCOPE)
        ordered = await read(request, Ordered)
        engine, run = await self._of(request.path_params["id"])
        order = Order(**ordered.model_dump(), subject=identity.subject, client=identity.client)
        run = await engine.order(run.id, order)
        log.warning(
            "flow_ordered",
            run=run.id,
            flow=run.flow,
            action=order.action,
            step=order.step,
            reason=order.reason,
            subject=order.subject,
            client=order.client,
        )
        return JSONResponse(described(run), 202)

    async def _found(self, wanted: Wanted) -> list[Run]:
        """One more than asked for, if there is; engine by engine."""
        engines = list(self._engines.values())
        after = wanted.after
        if after is not None:
            last, _ = await self._of(after)
            engines = engines[engines.index(last) :]
        found: list[Run] = []
        for engine in engines:
            left = wanted.limit + 1 - len(found)
            found += await engine.list(
                status=wanted.status, flow=wanted.flow, limit=left, after=after
            )
            after = None
        return found

    async def _of(self, run_id: str) -> tuple[Engine, Run]:
        for engine in self._engines.values():
            if run := await engine.get(run_id):
                return engine, run
        raise Missing(f"no flow of this process has a run {run_id}")


def summary(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "flow": run.flow,
        "status": run.status,
        "stuckAt": [step.name for step in run.steps if step.outcome == "stuck"],
        "problem": run.problem and run.problem["type"],
        "createdAt": run.created_at.isoformat(),
        "updatedAt": run.updated_at.isoformat(),
        "orders": len(run.orders),
    }


def described(run: Run) -> dict[str, Any]:
    return {
        **summary(run),
        "steps": [_step(step) for step in run.steps],
        "orders": [_order(order) for order in run.orders],
    }


def _step(step: StepRecord) -> dict[str, Any]:
    failed = step.outcome in {"problem", "stuck"}
    return {
        "name": step.name,
        "kind": step.kind,
        "outcome": step.outcome,
        "problem": step.detail["type"] if failed else None,
        "attempts": step.attempts,
        "skippable": step.skippable,
        "at": step.at.isoformat(),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "action": order.action,
        "step": order.step,
        "reason": order.reason,
        "subject": order.subject,
        "client": order.client,
        "at": order.at and order.at.isoformat(),
    }
