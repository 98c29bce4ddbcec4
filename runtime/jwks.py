"""The keys of an external issuer, fetched from its JWKS address (RFC 7517) and again when unknown."""

import asyncio
import time
from dataclasses import dataclass, field

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from runtime.http import Lost, Request, Sender, TooLarge, Unreached
from runtime.problems import Unavailable

REFRESH_SECONDS = 60
"""At most one fetch in this time, however many unknown keys are presented."""


@dataclass
class JwksKeys:
    url: str
    sender: Sender
    _keys: KeySet | None = None
    _fetched: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def keys(self, kid: str | None) -> KeySet:
        """The key set, fetched when it is not held or does not have `kid`. Raises Unavailable."""
        async with self._lock:
            known = self._keys is not None and any(key.kid == kid for key in self._keys.keys)
            if not known and time.monotonic() - self._fetched > REFRESH_SECONDS:
                self._keys = await self._fetch()
                self._fetched = time.monotonic()
        if self._keys is None:
            raise Unavailable("the issuer's keys are not known yet", retry_after=REFRESH_SECONDS)
        return self._keys

    async def _fetch(self) -> KeySet:
        try:
            reply = await self.sender(Request("GET", self.url), timeout=5)
            document: KeySetSerialization = orjson.loads(reply.body)
            return KeySet.import_key_set(document)
        except (Unreached, Lost, TooLarge, ValueError, JoseError, KeyError) as error:
            raise Unavailable("the issuer's keys cannot be fetched", retry_after=5) from error
