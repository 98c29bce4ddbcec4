"""Runs page by page, for callers who may not see how they are kept."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

from runtime.apis.rendering import invalid
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.flows.run import Run


class Page(NamedTuple):
    runs: Sequence[Run]
    next_cursor: str | None
    """None: there are no more."""


async def page(
    flows: Engine, flow: Flow[Any, Any], *, owner: str, limit: int, cursor: str | None
) -> Page:
    """The newest first. What arrives meanwhile comes before the cursor, so no run is seen twice.

    Raises Rejected (400) for a cursor that is not of this list.
    """
    after = None if cursor is None else await _last_seen(flows, flow, owner, cursor)
    found = await flows.list(flow=flow.name, owner=owner, limit=limit + 1, after=after)
    more = len(found) > limit
    return Page(found[:limit], _cursor(found[limit - 1].id) if more else None)


def _cursor(run_id: str) -> str:
    return urlsafe_b64encode(run_id.encode()).decode().rstrip("=")


async def _last_seen(flows: Engine, flow: Flow[Any, Any], owner: str, cursor: str) -> str:
    try:
        run_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        run_id = ""
    run = await flows.get(run_id)
    if run is None or (run.flow, run.owner) != (flow.name, owner) or _cursor(run_id) != cursor:
        wrong = "this is no nextCursor of this list"
        raise invalid([{"type": "value_error", "loc": ("query", "cursor"), "msg": wrong}])
    return run_id
