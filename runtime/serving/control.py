"""What an operator sees of the backends and may order: metrics, state, breakers held open or closed.

Looking is open to whoever reaches the process, as with /health: names, counts and rates, nothing of a
customer and no address. Ordering needs a token for the System layer with `backends:operate`, and is
logged with who and why. An order stands until the next one or until the process ends.
"""

import time
from collections.abc import Mapping
from typing import Literal

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runtime.access.bearer import Access
from runtime.apis.pages import Pages
from runtime.caching.read_cache import ReadCache
from runtime.problems import Missing
from runtime.resilience.breaker import State
from runtime.resilience.guard import Force, Guard
from runtime.resilience.state import described
from runtime.serving.orders import Reasoned, identified, read

log = structlog.get_logger()

SCOPE = "backends:operate"


class Order(Reasoned):
    backend: str
    state: Literal["open", "closed", "auto"]


class Control:
    def __init__(
        self, guards: dict[str, Guard], caches: Mapping[str, ReadCache], access: Access
    ) -> None:
        self._guards = guards
        self._caches = caches
        self._access = access

    def add_to(self, pages: Pages) -> None:
        pages.add("/metrics", self.metrics)
        pages.add("/operations/backends", self.backends)
        pages.add("/operations/backends/orders", self.order, "POST")

    async def metrics(self, _request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST

        from runtime.serving.metrics import exposition

        text = exposition(self._guards, self._caches)
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})

    async def backends(self, _request: Request) -> Response:
        return JSONResponse([described(guard) for guard in self._guards.values()])

    async def order(self, request: Request) -> Response:
        """Answers with the backend's new state."""
        identity = await identified(request, self._access, SCOPE)
        order = await read(request, Order)
        guard = self._guards.get(order.backend)
        if guard is None:
            names = ", ".join(sorted(self._guards)) or "none"
            raise Missing(f"this process has {names}", title="There is no such backend")
        by = identity.client or identity.subject
        state = None if order.state == "auto" else State(order.state)
        guard.order(Force(state, order.reason, by, time.time()) if state else None)
        log.warning(
            "backend_ordered",
            backend=guard.name,
            state=order.state,
            reason=order.reason,
            subject=identity.subject,
            client=identity.client,
        )
        return JSONResponse(described(guard))
