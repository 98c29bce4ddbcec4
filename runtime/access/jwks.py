"""The keys of an external issuer, from its JWKS address (RFC 7517): kept, and fetched again in time."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from runtime.calls.http import Lost, Request, Sender, TooLarge, Unreached
from runtime.problems import Unavailable

log = structlog.get_logger()

MAX_AGE_SECONDS = 600
"""After this the keys are asked for again, so that one the issuer withdrew stops opening doors."""

REFRESH_SECONDS = 60
"""At most one fetch in this time, however many unknown keys are presented."""

RETRY_SECONDS = 5
"""The same after a fetch that failed."""

NO_KEYS = (Unreached, Lost, TooLarge, ValueError, TypeError, AttributeError, KeyError, JoseError)


@dataclass
class JwksKeys:
    url: str
    sender: Sender
    now: Callable[[], float] = time.monotonic
    _keys: KeySet | None = None
    _fetched: float = -math.inf
    _not_before: float = -math.inf
    _failed: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def keys(self, kid: str | None) -> KeySet:
        """The key set, fetched when it is old or does not have `kid`. Raises Unavailable.

        While the issuer cannot be reached, the keys it gave last still open what they fit.
        """
        if self._keys is None or self._due(kid):
            async with self._lock:
                if self._due(kid):  # else another call has fetched while this one waited
                    await self._refresh()
        if self._keys is None or (self._failed and not self._knows(kid)):
            raise Unavailable("the issuer's keys cannot be fetched", retry_after=RETRY_SECONDS)
        return self._keys

    def _due(self, kid: str | None) -> bool:
        now = self.now()
        old = now - self._fetched > MAX_AGE_SECONDS
        return (old or not self._knows(kid)) and now >= self._not_before

    def _knows(self, kid: str | None) -> bool:
        return self._keys is not None and (kid is None or any(k.kid == kid for k in self._keys))

    async def _refresh(self) -> None:
        # Before the fetch: whoever has a known key shall not queue behind a slow one.
        self._not_before = self.now() + REFRESH_SECONDS
        try:
            reply = await self.sender(Request("GET", self.url), timeout=5)
            if reply.status != 200:
                raise ValueError(f"status {reply.status}")
            self._keys = KeySet.import_key_set(orjson.loads(reply.body))
            self._fetched, self._failed = self.now(), False
        except NO_KEYS as error:
            self._not_before, self._failed = self.now() + RETRY_SECONDS, True
            log.warning("issuer_keys_not_fetched", url=self.url, cause=repr(error))
