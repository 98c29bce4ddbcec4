"""Customers in Tryton: found by our id, changed only where they differ."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from connectors.erp import AddressKind
from connectors.erp.tryton import parties
from connectors.erp.tryton.parties import PARTIES, Party
from connectors.vendors.tryton.documents import made
from connectors.vendors.tryton.errors import Stale
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Values, View
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import CustomerAddress
from runtime.problems import Missing, Rejected, Unavailable, at

TRIES = 3
"""To change a customer whom others are changing at the same time."""

COUNTRIES = View("country.country", ("code",), lambda row: int(row["id"]))


class Customers:
    def __init__(self, tryton: Session) -> None:
        self._tryton = tryton
        self._countries: dict[str, int] = {}

    async def get(self, customer_id: str) -> Customer:
        return self._tryton.read(parties.customer, await self._party(customer_id))

    async def put(self, customer_id: str, profile: CustomerProfile) -> Customer:
        changes = partial(parties.profile_changes, profile=profile)
        try:
            party = await self._changed(customer_id, changes)
        except Missing:
            new = parties.new_party(customer_id, profile)
            await made(self._tryton, PARTIES.model, new, partial(self.find, customer_id))
            party = await self._changed(customer_id, changes)
        return self._tryton.read(parties.customer, party)

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
        either = ["active", "in", [True, False]]
        return await self._tryton.find(PARTIES, [["code", "=", customer_id], either])

    async def _party(self, customer_id: str) -> Party:
        if not (found := await self.find(customer_id)):
            raise Missing("the ERP has no such customer")
        return found[0]

    async def _changed(self, customer_id: str, changes: Callable[[Party], Values]) -> Party:
        """The party once there is nothing to change, or we have changed it."""
        for _ in range(TRIES):
            party = await self._party(customer_id)
            if not (values := changes(party)):
                return party
            unchanged = {"_timestamp": {f"{PARTIES.model},{party.id}": party.stamp}}
            with suppress(Stale):
                await self._tryton.write(PARTIES.model, [party.id], values, unchanged)
                return await self._party(customer_id)
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
