"""What an operator sees of the backends and may order: metrics, state, breakers held open or closed.

Looking is open to whoever reaches the process, as with /health: names, counts and rates, nothing of a
customer and no address. Ordering needs a token for the System layer with `backends:operate`, and is
logged with who and why. An order stands until the next one or until the process ends.
"""

import time
from collections.abc import Mapping
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runtime.access.bearer import Access, authorize
from runtime.apis.pages import Pages
from runtime.apis.rendering import BY_STATUS, invalid
from runtime.caching.read_cache import ReadCache
from runtime.problems import Missing, Rejected
from runtime.resilience.breaker import State
from runtime.resilience.guard import Force, Guard
from runtime.resilience.state import described

log = structlog.get_logger()

SCOPE = "backends:operate"
MAX_BODY_BYTES = 4096


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    backend: str
    state: Literal["open", "closed", "auto"]
    reason: str = Field(min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")


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
        authorization = request.headers.get("authorization", "").encode("latin-1")
        identity = await self._access.identify(authorization)
        authorize(identity, frozenset({SCOPE}))
        order = await _order(request)
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


async def _order(request: Request) -> Order:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            kind, title = BY_STATUS[413]
            raise Rejected(kind=kind, title=title, status=413)
    try:
        return Order.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        raise invalid([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from error
