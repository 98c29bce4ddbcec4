"""Payment intents: made under a key, and found again by the reference in their metadata."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from connectors.payments.stripe import words
from connectors.payments.stripe.words import Intent
from connectors.protocols.http import HttpBackend
from runtime.calls.http import Reply
from runtime.problems import Unavailable

T = TypeVar("T", bound="Item")

PATH = "/v1/payment_intents"
REFUSED = frozenset({400, 402, 404, 409})

SEARCH_LAG = 3600
"""Seconds. A new intent can be searched for within a minute as a rule, in an hour at worst."""

PAGE, MOST_PAGES = 100, 100
MOST_KNOWN = 10_000


class Dialect(NamedTuple):
    keeps_keys: bool
    """The same Idempotency-Key gives the same answer."""
    searches: bool
    """There is a search. Without one, every intent there is gets looked through."""


DIALECTS = {"stripe": Dialect(True, True), "localstripe": Dialect(False, False)}


class Intents:
    def __init__(self, backend: HttpBackend, dialect: Dialect) -> None:
        self._backend = backend
        self._dialect = dialect
        self._known: dict[str, str] = {}
        """By reference. Once the bank has consented, the intent of a payment stays the same."""

    async def create(self, reference: str, form: Mapping[str, Any], attempt: int = 0) -> Reply:
        """The answer as it is. Each attempt has one key, whoever makes it and however often."""
        key = f"{reference}:authorize" + (f":{attempt}" if attempt else "")
        reply = await self._backend.send(
            "createIntent",
            "POST",
            PATH,
            form={
                **form,
                "capture_method": "manual",
                "payment_method_types[]": "card",
                "metadata[reference]": reference,
            },
            headers={"Idempotency-Key": key},
            repeatable=self._dialect.keeps_keys,
            accept=REFUSED,
        )
        if reply.status < 400:
            self._remember(self._backend.read(reply, words.intent))
        return reply

    async def find(self, reference: str) -> list[Intent]:
        """The intents of a payment as they are now; if one is the payment, perhaps only that."""
        known = self._known.get(reference)
        if known is not None and (intent := await self.get(known)):
            return [intent]
        found: dict[str, Intent] = {}
        async for intent in self._candidates(reference):
            if intent.reference != reference:
                continue
            self._remember(intent)
            found[intent.id] = intent
            if self._dialect.keeps_keys and words.standing([intent]):
                break  # with keys there is no second one
        return list(found.values())

    async def settle(self, intent: Intent, action: str) -> Intent:
        """Capture or cancel, and what became of it; a repeat is refused without a usable reason."""
        reply = await self._backend.send(
            f"{action}Intent",
            "POST",
            f"{PATH}/{intent.id}/{action}",
            repeatable=True,
            accept={400},
        )
        if reply.status < 400:
            return self._backend.read(reply, words.intent)
        return await self.get(intent.id) or intent

    async def _candidates(self, reference: str) -> AsyncIterator[Intent]:
        """First what the search knows, read anew; then what is too young for the search."""
        since = 0.0
        if self._dialect.searches:
            since = time.time() - SEARCH_LAG
            for intent_id in await self._search(reference):
                if found := await self.get(intent_id):
                    yield found
        async for intent in pages(self._backend, "listIntents", PATH, {}, words.intent):
            if intent.created < since:  # newest first
                return
            yield intent

    async def _search(self, reference: str) -> list[str]:
        query = {"query": f"metadata['reference']:'{reference}'", "limit": PAGE}
        reply = await self._backend.send("searchIntents", "GET", f"{PATH}/search", query=query)
        return self._backend.read(reply, lambda told: [str(one["id"]) for one in told["data"]])

    async def get(self, intent_id: str) -> Intent | None:
        """By Stripe's own id."""
        reply = await self._backend.send("getIntent", "GET", f"{PATH}/{intent_id}", accept={404})
        return None if reply.status == 404 else self._backend.read(reply, words.intent)

    def _remember(self, intent: Intent) -> None:
        if intent.reference is None or words.standing([intent]) is None:
            return
        if not self._dialect.keeps_keys:
            return  # there may be a second one
        self._known[intent.reference] = intent.id
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]


class Item(Protocol):
    @property
    def id(self) -> str: ...


async def pages(
    backend: HttpBackend,
    operation: str,
    path: str,
    query: Mapping[str, Any],
    reader: Callable[[Mapping[str, Any]], T],
) -> AsyncIterator[T]:
    """Everything a list has, in its order."""
    after: Mapping[str, str] = {}
    for _ in range(MOST_PAGES):
        reply = await backend.send(operation, "GET", path, query={**query, "limit": PAGE, **after})
        items, more = backend.read(
            reply, lambda told: ([reader(one) for one in told["data"]], bool(told["has_more"]))
        )
        for item in items:
            yield item
        if not items or not more:
            return
        after = {"starting_after": items[-1].id}
    raise Unavailable("the payment provider lists too many to look through", retry_after=60)
