"""The control plane of a simulated backend: bad days to order, and what the backend saw of us."""

from dataclasses import dataclass
from typing import Any

import orjson

from runtime.calls.http import Request, Sender


@dataclass(frozen=True)
class Sandboxed:
    url: str
    network: Sender

    async def fault(self, operation: str, kind: str, **more: Any) -> None:
        await self.control("POST", "faults", {"operation": operation, "kind": kind, **more})

    async def calm(self) -> None:
        """No faults on order, and no calls logged."""
        await self.control("DELETE", "faults")
        await self.control("DELETE", "calls")

    async def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = (await self.control("GET", "calls"))["calls"]
        return [call for call in calls if operation in {None, call["operation"]}]

    async def state(self) -> Any:
        return await self.control("GET", "state")

    async def advance_clock(self, seconds: float) -> None:
        await self.control("POST", "clock", {"advanceSeconds": seconds})

    async def control(self, method: str, noun: str, order: Any = None) -> Any:
        body = orjson.dumps(order) if order is not None else b""
        request = Request(method, f"{self.url}/_sandbox/{noun}", [], body)
        reply = await self.network(request, timeout=5)
        assert reply.status < 300, reply.body
        return orjson.loads(reply.body) if reply.body else None
