"""What was answered before: a message proves who made it, and not that it is made for this call."""

from datetime import datetime
from threading import Lock

from connectors.protocols.soap.envelope import ReplyError


class Replays:
    """Fingerprints of verified replies until they are too old to be accepted anyway.

    Only what was verified gets in, so that nobody but the backend can fill it. It is this
    process's own: where several ask one backend, let replies say what they answer (addressing).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._until: dict[bytes, datetime] = {}
        self._lock = Lock()  # large replies are read in threads

    def demand_new(self, fingerprint: bytes, until: datetime, now: datetime) -> None:
        """Raises ReplyError for one that was here, or when there is no room to remember it."""
        with self._lock:
            self._forget(now)
            if fingerprint in self._until:
                raise ReplyError("a signed answer that was given before")
            if len(self._until) >= self._most:
                raise ReplyError("more signed answers than can be told from replays")
            self._until[fingerprint] = until

    def _forget(self, now: datetime) -> None:
        """From the oldest on; one that stays longer holds up the next by minutes at most."""
        while self._until:
            oldest = next(iter(self._until))
            if self._until[oldest] > now:
                return
            del self._until[oldest]
