"""The log of calls a backend received, for tests that ask who called how often."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sandbox.messages import Json

KEPT = 100_000  # enough for any test; a benchmark must not fill the memory


@dataclass(slots=True)
class LoggedCall:
    """`status`: what the backend answered, even if the caller never saw it; None: nothing (yet).

    `over`: nothing more comes of it."""

    operation: str
    method: str
    path: str
    at: str  # wall clock, UTC, milliseconds
    status: int | None = None
    fault: str | None = None
    over: bool = False

    def note_status(self, status: int) -> None:
        self.status = status


class CallLog:
    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=KEPT)

    def begin(self, operation: str, method: str, path: str) -> LoggedCall:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        call = LoggedCall(operation, method, path, at)
        self._calls.append(call)
        return call

    def clear(self) -> None:
        self._calls.clear()

    def under_way(self) -> int:
        """Of how many the work is still to come, whoever waits for it."""
        return sum(call.status is None and not call.over for call in self._calls)

    def listing(self) -> Json:
        return [asdict(call) for call in self._calls]
