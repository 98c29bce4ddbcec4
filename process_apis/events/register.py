"""The subscriptions of each owner: one document, so that whatever changes them sees all of them."""

from collections.abc import Callable
from typing import TypeVar

import orjson
from pydantic import BaseModel

from contracts.models.canonical import NewSubscription
from process_apis.events.addresses import Addresses
from process_apis.events.subscription import Kept, Secret, kept
from runtime.access.sealing import Seal
from runtime.access.signed import new_secret
from runtime.clock import Clock
from runtime.context import Identity
from runtime.documents.store import Documents
from runtime.flows.engine import KeyReused
from runtime.problems import Missing, Rejected

MOST = 20
"""Subscriptions of one owner."""
MOST_ENDED = 1000

T = TypeVar("T")


class Book(BaseModel):
    subscriptions: list[Kept] = []
    ended: list[str] = []
    """Ids, the newest last: a creation that is repeated late must not bring one back."""

    def find(self, subscription_id: str) -> Kept:
        for one in self.subscriptions:
            if one.id == subscription_id:
                return one
        raise Missing(f"there is no subscription {subscription_id}")

    def add(self, new: Kept) -> Kept:
        """The one there is under this id already, or the new one."""
        if new.id in self.ended:
            raise Rejected("it has been deleted since", kind="subscription-deleted", status=409)
        for one in self.subscriptions:
            if one.id == new.id:
                if one.asked != new.asked:
                    raise KeyReused
                return one
        if len(self.subscriptions) >= MOST:
            raise Rejected(
                f"{MOST} are there already; delete one", kind="too-many-subscriptions", status=409
            )
        self.subscriptions.append(new)
        return new

    def end(self, subscription_id: str) -> None:
        left = [one for one in self.subscriptions if one.id != subscription_id]
        if len(left) < len(self.subscriptions):
            self.subscriptions = left
            self.ended = [*self.ended, subscription_id][-MOST_ENDED:]


class Register:
    def __init__(
        self, documents: Documents, addresses: Addresses, seal: Seal, clock: Clock
    ) -> None:
        self._documents = documents
        self._addresses = addresses
        self._seal = seal
        self._clock = clock

    async def create(
        self, owner: Identity, subscription_id: str, wanted: NewSubscription
    ) -> tuple[Kept, str | None]:
        """With its secret when it is new."""
        self._addresses.check(wanted.url)
        secret = new_secret()
        new = kept(subscription_id, wanted, self._sealed(secret, subscription_id))
        found = await self._changed(owner, lambda book: book.add(new))
        return found, secret if found is new else None

    async def all(self, owner: Identity) -> list[Kept]:
        return _book(await self._documents.get(_key(owner))).subscriptions

    async def get(self, owner: Identity, subscription_id: str) -> Kept:
        return _book(await self._documents.get(_key(owner))).find(subscription_id)

    async def put(self, owner: Identity, subscription_id: str, wanted: NewSubscription) -> Kept:
        self._addresses.check(wanted.url)
        now = self._clock()

        def change(book: Book) -> Kept:
            found = book.find(subscription_id)
            found.change(wanted, now)
            return found

        return await self._changed(owner, change)

    async def rotate(self, owner: Identity, subscription_id: str) -> tuple[Kept, str]:
        secret = new_secret()
        sealed = self._sealed(secret, subscription_id)

        def change(book: Book) -> Kept:
            found = book.find(subscription_id)
            found.rotate(sealed)
            return found

        return await self._changed(owner, change), secret

    async def delete(self, owner: Identity, subscription_id: str) -> None:
        await self._changed(owner, lambda book: book.end(subscription_id))

    def signing(self, one: Kept) -> list[str]:
        """The secrets a message to it is signed with now, the newest first."""
        return [self._seal.open(s.sealed, one.id) for s in one.signing(self._clock())]

    def _sealed(self, secret: str, subscription_id: str) -> Secret:
        return Secret(sealed=self._seal.close(secret, subscription_id), since=self._clock())

    async def _changed(self, owner: Identity, change: Callable[[Book], T]) -> T:
        def applied(text: str | None) -> tuple[str, T]:
            book = _book(text)
            told = change(book)
            return book.model_dump_json(), told

        return await self._documents.change(_key(owner), applied)


def _book(text: str | None) -> Book:
    return Book() if text is None else Book.model_validate_json(text)


def _key(owner: Identity) -> str:
    return orjson.dumps([owner.tenant, owner.subject]).decode()
