"""Who brings events to the endpoint, beside the calls: it tries again for a while, then lets it be."""

import queue
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from sandbox.messages import Json
from sandbox.payments import events

WAITS = (0.1, 0.3, 1, 3, 5)  # seconds
PATIENCE = 10  # seconds


@dataclass(frozen=True, slots=True)
class Endpoint:
    url: str
    secret: str


@dataclass
class Courier:
    db: sqlite3.Connection
    endpoint: Endpoint | None = None
    _taken: int = 0
    _bag: "queue.SimpleQueue[tuple[Endpoint, bytes]]" = field(default_factory=queue.SimpleQueue)
    _walking: bool = False

    def send_to(self, order: Json) -> Json:
        """`{"url", "secret"}`: what happens from now on; null: nowhere."""
        match order:
            case {"url": str(url), "secret": str(secret)}:
                self.endpoint = Endpoint(url, secret)
            case None:
                self.endpoint = None
            case _:
                raise ValueError("Send url and secret, or null")
        self._taken = self.db.execute("SELECT coalesce(max(no), 0) FROM events").fetchone()[0]
        return {"url": self.endpoint.url if self.endpoint else None}

    def again(self, order: Json) -> Json:
        """`{"event"}`: send one again."""
        for event in events.state(self.db):
            if event["id"] == (order or {}).get("event"):
                self._put(event)
                return {"event": event["id"]}
        raise ValueError('Send {"event": "evt_…"}')

    def take(self) -> None:
        """Whatever has happened since the last time."""
        if self.endpoint is None:
            return
        for row in self.db.execute(events.SINCE, (self._taken,)).fetchall():
            self._taken = row["no"]
            self._put(events.shape(self.db, row))

    def _put(self, event: Json) -> None:
        if self.endpoint is None:
            raise ValueError("Nothing is to be told: POST webhook first")
        self._bag.put((self.endpoint, events.written(event)))
        if not self._walking:
            self._walking = True
            threading.Thread(target=self._walk, daemon=True).start()

    def _walk(self) -> None:
        while True:
            endpoint, body = self._bag.get()
            for wait in WAITS:
                if accepted(endpoint, body):
                    break
                time.sleep(wait)


def accepted(endpoint: Endpoint, body: bytes) -> bool:
    headers = events.headers(endpoint.secret, body)
    request = urllib.request.Request(endpoint.url, body, headers)  # noqa: S310 - ordered by a test
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310
            return bool(reply.status < 300)
    except (urllib.error.URLError, OSError):
        return False
