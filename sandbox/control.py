"""The control plane of a backend, `/_sandbox/`: faults, calls, state, snapshots of it, and clock.
No credentials."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sandbox.calls import CallLog
from sandbox.clock import Clock
from sandbox.faults import FaultBook, read_fault
from sandbox.messages import Json, Reply, Request, json_reply
from sandbox.snapshots import Snapshots, read_order

PREFIX = "/_sandbox/"
LONGEST_LEAP = 10 * 365 * 86_400  # seconds


class Controlled(Protocol):
    """What the controls ask of a backend, whatever it speaks."""

    @property
    def operations(self) -> Sequence[str]: ...
    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]: ...
    @property
    def db(self) -> sqlite3.Connection: ...
    def state(self) -> Json: ...


class Control:
    """`seconds_of`: the kinds of fault, as in faults.read_fault."""

    def __init__(
        self,
        backend: Controlled,
        seconds_of: Mapping[str, float | None],
        faults: FaultBook,
        calls: CallLog,
        clock: Clock,
    ) -> None:
        self._backend, self._faults, self._calls, self._clock = backend, faults, calls, clock
        self._seconds_of = seconds_of
        self._snapshots = Snapshots(backend.db)
        self._actions: dict[tuple[str, str], Callable[[Json], Json]] = {
            ("POST", "faults"): self._order_fault,
            ("GET", "faults"): lambda _: {"faults": faults.listing()},
            ("DELETE", "faults"): lambda _: faults.clear(),
            ("GET", "calls"): lambda _: {"calls": calls.listing(), "underWay": calls.under_way()},
            ("DELETE", "calls"): lambda _: calls.clear(),
            ("GET", "state"): lambda _: backend.state(),
            ("POST", "snapshots"): self._order_snapshot,
            ("POST", "clock"): self._advance_clock,
            **backend.own_controls,
        }

    def answer(self, request: Request) -> Reply:
        action = self._actions.get((request.method, request.path.removeprefix(PREFIX)))
        if action is None:
            known = ", ".join(f"{method} {PREFIX}{noun}" for method, noun in self._actions)
            return json_reply(404, {"error": f"No such control; known: {known}"})
        try:
            result = action(json.loads(request.body) if request.body else None)
        except ValueError as error:
            return json_reply(400, {"error": str(error)})
        return Reply(204) if result is None else json_reply(200, result)

    def _order_fault(self, order: Json) -> Json:
        fault = read_fault(order, self._backend.operations, self._seconds_of)
        self._faults.add(fault)
        return fault.describe()

    def _order_snapshot(self, order: Json) -> None:
        """Restoring takes away the faults on order and the calls logged since."""
        action, name = read_order(order)
        if action == "save":
            return self._snapshots.save(name)
        self._snapshots.restore(name)
        self._faults.clear()
        return self._calls.clear()

    def _advance_clock(self, order: Json) -> Json:
        match order:
            case {"advanceSeconds": int() | float() as seconds} if 0 <= seconds <= LONGEST_LEAP:
                self._clock.advance(seconds)
                return {"now": self._clock.now()}
        raise ValueError(f"Send advanceSeconds, a number from 0 to {LONGEST_LEAP}")
