"""Customers in Tryton: found by our id, changed only where they differ."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from connectors.erp import AddressKind
from connectors.erp.tryton import parties, searches
from connectors.erp.tryton.parties import PARTIES, Party
from connectors.vendors.tryton.documents import made
from connectors.vendors.tryton.errors import Stale
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Values, View
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import CustomerAddress, FoundCustomers
from runtime.problems import Missing, Rejected, Unavailable, at

TRIES = 3
"""To change a customer whom others are changing at the same time."""

EITHER = ["active", "in", [True, False]]

MOST = 2**31 - 1
"""Of ids; a greater one is refused by the database, not just not found."""

COUNTRIES = View("country.country", ("code",), lambda row: int(row["id"]))


SALES_OF = View("sale.sale", ("reference",), lambda row: int(row["id"]))


class Retired(Missing):
    """The id was taken out of use."""


class Customers:
    def __init__(self, tryton: Session) -> None:
        self._tryton = tryton
        self._countries: dict[str, int] = {}

    async def get(self, customer_id: str) -> Customer:
        return self._tryton.read(parties.customer, await self._party(customer_id))

    async def get_by_party(self, id_: str) -> Customer:
        """`id_`: the record's own number, in digits."""
        if not (id_.isascii() and id_.isdigit() and int(id_) <= MOST):
            raise _no_customer()
        found = await self._tryton.find(PARTIES, [["id", "=", int(id_)], EITHER])
        return self._tryton.read(parties.customer, _in_use(_only(found)))

    async def put(self, customer_id: str, profile: CustomerProfile) -> Customer:
        try:
            party = await self._put(customer_id, profile)
        except Retired as gone:
            raise Rejected("the customer is retired", kind="retired", status=409) from gone
        return self._tryton.read(parties.customer, party)

    async def retire(self, customer_id: str) -> None:
        """Quirk 14."""
        if not await self.find(customer_id):
            await self._made(customer_id, parties.tombstone(customer_id))
        party = await self._there(customer_id)
        if await self._tryton.find(SALES_OF, [["party", "=", party.id]], most=1):
            says = "there are sales orders of this customer"
            raise Rejected(says, kind="has-orders", status=409)
        await self._changed(customer_id, parties.retirement, self._there)

    async def search(
        self,
        name: str | None,
        email: str | None,
        postal_code: str | None,
        limit: int,
        cursor: str | None,
    ) -> FoundCustomers:
        domain = searches.domain(name, email, postal_code, cursor)
        found = await self._tryton.find(PARTIES, domain, most=limit + 1)
        return self._tryton.read(partial(searches.page, limit), found)

    async def addresses(self, customer_id: str) -> list[CustomerAddress]:
        party = await self._party(customer_id)
        shown = [parties.customer_address(party, kind) for kind in parties.USES]
        return [address for address in shown if address]

    async def put_address(
        self, customer_id: str, kind: AddressKind, address: Address
    ) -> CustomerAddress:
        country = await self._country(address.country)
        changes = partial(parties.address_changes, kind=kind, wanted=address, country=country)
        party = await self._changed(customer_id, changes)
        return self._tryton.read(partial(parties.used_address, kind), party)

    async def find(self, customer_id: str) -> list[Party]:
        """One or none; also a deactivated one (quirks 1 and 2)."""
        return await self._tryton.find(PARTIES, [["code", "=", customer_id], EITHER])

    async def _put(self, customer_id: str, profile: CustomerProfile) -> Party:
        changes = partial(parties.profile_changes, profile=profile)
        try:
            return await self._changed(customer_id, changes)
        except Retired:
            raise
        except Missing:
            await self._made(customer_id, parties.new_party(customer_id, profile))
            return await self._changed(customer_id, changes)

    async def _made(self, customer_id: str, party: Values) -> None:
        await made(self._tryton, PARTIES.model, party, partial(self.find, customer_id))

    async def _there(self, customer_id: str) -> Party:
        """Retired or not."""
        return _only(await self.find(customer_id))

    async def _party(self, customer_id: str) -> Party:
        return _in_use(await self._there(customer_id))

    async def _changed(
        self,
        customer_id: str,
        changes: Callable[[Party], Values],
        get: Callable[[str], Awaitable[Party]] | None = None,
    ) -> Party:
        """The party once there is nothing to change, or we have changed it."""
        get = get or self._party
        for _ in range(TRIES):
            party = await get(customer_id)
            if not (values := changes(party)):
                return party
            unchanged = {"_timestamp": {f"{PARTIES.model},{party.id}": party.stamp}}
            with suppress(Stale):
                await self._tryton.write(PARTIES.model, [party.id], values, unchanged)
                return await get(customer_id)
        raise Unavailable("others are changing this customer", retry_after=1)

    async def _country(self, code: str) -> int:
        if code not in self._countries:
            found = await self._tryton.find(COUNTRIES, [["code", "=", code]])
            if not found:
                errors = [at("/country", "no such country")]
                raise Rejected(
                    "The ERP knows no such country", kind="unknown-country", errors=errors
                )
            self._countries[code] = found[0]
        return self._countries[code]


def _only(found: list[Party]) -> Party:
    if not found:
        raise _no_customer()
    return found[0]


def _in_use(party: Party) -> Party:
    if party.retired:
        raise Retired("the ERP has no such customer any more")
    return party


def _no_customer() -> Missing:
    return Missing("the ERP has no such customer")
