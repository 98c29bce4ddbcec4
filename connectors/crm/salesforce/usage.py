"""How much of the org's API calls is used up: a share of a rolling day, for all its integrations.

Source: REST API Developer Guide, "Limit Info Header" (`Sforce-Limit-Info: api-usage=18/5000`).
"""

import re

import structlog

log = structlog.get_logger()

API_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")
"""Not `per-app-api-usage`, which may follow it."""

STEPS = 20
"""A warning at each twentieth, so that a busy day does not fill the log."""


class Usage:
    def __init__(self, who: str, warn_at: float) -> None:
        self._who = who
        self._warn_at = warn_at
        self._warned = 0

    def note(self, header: str | None) -> None:
        """Warns when a step is reached, and again only after usage has fallen below it."""
        found = API_USAGE.search(header or "")
        if found is None or int(found[2]) == 0:
            return
        used, limit = int(found[1]), int(found[2])
        step = 1 + used * STEPS // limit if used >= limit * self._warn_at else 0
        if step > self._warned:
            log.warning("api_usage", backend=self._who, used=used, limit=limit)
        self._warned = step
