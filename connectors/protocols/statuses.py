"""What an HTTP status of a backend means: whose problem it is."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from runtime.calls.http import Reply
from runtime.problems import (
    Misconfigured,
    Missing,
    Problem,
    Rejected,
    Unavailable,
    garbage,
    silent,
)


class StatusError(Exception):
    """The cause of a problem that began as a status."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"status {reply.status}")
        self.code = reply.status
        self.retry_after = retry_after(reply)


def _refuses_us(who: str, status: StatusError) -> Problem:
    return Misconfigured(f"{who} refuses our credentials ({status})")


def _missing(who: str, _status: StatusError) -> Problem:
    return Missing(f"{who} has no such thing")


def _later(who: str, status: StatusError) -> Problem:
    return Unavailable(f"{who} asks to be called later", retry_after=status.retry_after or 1)


def _silent(who: str, _status: StatusError) -> Problem:
    return silent(who, "no answer behind its gateway")


def _redirects(who: str, _status: StatusError) -> Problem:
    return garbage(who, "it points elsewhere, where no call follows")


def _rejected(who: str, status: StatusError) -> Problem:
    return Rejected(f"{who} does not accept this ({status})")


def _failed(who: str, status: StatusError) -> Problem:
    detail = f"{who} failed ({status})"
    return Unavailable(detail, kind="backend-error", title="A system failed", status=502)


MEANINGS: dict[int, Callable[[str, StatusError], Problem]] = {
    401: _refuses_us,
    403: _refuses_us,
    404: _missing,
    407: _refuses_us,
    408: _later,
    429: _later,
    503: _later,
    504: _silent,
}
BY_HUNDRED = {3: _redirects, 4: _rejected, 5: _failed}


def problem(who: str, status: StatusError) -> Problem:
    return (MEANINGS.get(status.code) or BY_HUNDRED[status.code // 100])(who, status)


def retry_after(reply: Reply) -> int | None:
    """The seconds a Retry-After asks for, given as a number or a date."""
    text = (reply.header(b"retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:6])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, math.ceil((aware - datetime.now(UTC)).total_seconds()))
