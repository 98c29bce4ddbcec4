"""Parties of Tryton as our customers, and what to write where they differ. Nothing here calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from connectors.erp import AddressKind
from connectors.vendors.tryton.values import Row, Values, View, creating, writing
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import CustomerAddress, FoundCustomer
from runtime.problems import Rejected, at

USES: Mapping[AddressKind, str] = {"billing": "invoice", "delivery": "delivery"}
"""Our kind of an address, and the flag of Tryton's that marks it."""


RETIRED = "strata:retired"
"""The code of an identifier that a party has which is to be nobody any more (quirk 14)."""


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """`address` is None when ours cannot express it (quirk 4)."""

    id: int
    address: Address | None
    uses: frozenset[AddressKind]


@dataclass(frozen=True, slots=True)
class Party:
    id: int
    code: str
    name: str
    active: bool
    retired: bool
    stamp: str
    contacts: Sequence[Contact]
    places: Sequence[Place]

    def contact(self, type_: str) -> Contact | None:
        return next((contact for contact in self.contacts if contact.type == type_), None)

    def place(self, kind: AddressKind) -> Place | None:
        """The one in use: of several, the first (quirk 4)."""
        return next((place for place in self.places if kind in place.uses), None)


def _party(row: Row) -> Party:
    return Party(
        id=row["id"],
        code=row["code"],
        name=row["name"] or "",
        active=bool(row["active"]),
        retired=any(identifier["code"] == RETIRED for identifier in row["identifiers."]),
        stamp=row["_timestamp"],
        contacts=[Contact(c["id"], c["type"], c["value"]) for c in row["contact_mechanisms."]],
        places=[_place(place) for place in row["addresses."]],
    )


def _place(row: Row) -> Place:
    uses = frozenset(kind for kind, flag in USES.items() if row[flag])
    return Place(row["id"], _address(row), uses)


def _address(row: Row) -> Address | None:
    country = row["country."]
    try:
        return Address(
            street=row["street"],
            city=row["city"],
            postal_code=row["postal_code"],
            country=country and country["code"],
        )
    except ValidationError:
        return None


PLACE_FIELDS = ("street", "city", "postal_code", "country.code", *USES.values())
PARTIES = View(
    "party.party",
    (
        *("code", "name", "active", "_timestamp", "identifiers.code"),
        *("contact_mechanisms.type", "contact_mechanisms.value"),
        *(f"addresses.{field}" for field in PLACE_FIELDS),
    ),
    _party,
)


def customer(party: Party) -> Customer:
    email, phone = party.contact("email"), party.contact("phone")
    return Customer(
        id=party.code,
        external_id=str(party.id),
        name=party.name,
        email=email.value if email else "",
        phone=phone.value if phone else None,
        blocked=not party.active,
    )


def customer_address(party: Party, kind: AddressKind) -> CustomerAddress | None:
    place = party.place(kind)
    address = place and place.address
    return CustomerAddress(kind=kind, address=address) if address else None


def found_customer(party: Party) -> FoundCustomer | None:
    """None for a party whose code cannot be an id of ours: people may type anything there."""
    shown = [customer_address(party, kind) for kind in USES]
    addresses = [address for address in shown if address]
    try:
        return FoundCustomer(customer=customer(party), addresses=addresses)
    except ValidationError:
        return None


def used_address(kind: AddressKind, party: Party) -> CustomerAddress:
    """Raises ValueError when Tryton did not keep the address as it was written."""
    if (address := customer_address(party, kind)) is None:
        raise ValueError("the address was not kept")
    return address


def addressed(party: Party | None) -> Values:
    """Who a sale is for, and where to. Rejected for a customer who cannot be sold to."""
    if party is None or party.retired:
        raise _cannot_order("unknown-customer", "no such customer")
    if not party.active:
        raise _cannot_order("customer-blocked", "it may not order")
    if not party.places:
        raise _cannot_order("no-address", "it has no address yet")
    places = {kind: party.place(kind) or party.places[0] for kind in USES}
    return {
        "party": party.id,
        "invoice_address": places["billing"].id,
        "shipment_address": places["delivery"].id,
    }


def _cannot_order(kind: str, says: str) -> Rejected:
    return Rejected(says, kind=kind, errors=[at("/customerId", says)])


def new_party(customer_id: str, profile: CustomerProfile) -> Values:
    return {"code": customer_id, **profile_changes(_nobody(customer_id), profile)}


def tombstone(customer_id: str) -> Values:
    """A party that takes an id out of use which nobody has had. Only later may it be inactive."""
    return {"code": customer_id, "identifiers": [creating({"code": RETIRED})]}


def retirement(party: Party) -> Values:
    marked = {} if party.retired else {"identifiers": [creating({"code": RETIRED})]}
    return marked | ({"active": False} if party.active else {})


def _nobody(customer_id: str) -> Party:
    return Party(0, customer_id, "", active=True, retired=False, stamp="", contacts=(), places=())


def profile_changes(party: Party, profile: CustomerProfile) -> Values:
    contacts = [
        *_contact_changes(party, "email", profile.email),
        *_contact_changes(party, "phone", profile.phone),
    ]
    changes: Values = {"contact_mechanisms": contacts} if contacts else {}
    if party.name != profile.name.strip():
        if not party.active:
            raise Rejected("a blocked customer keeps its name", kind="customer-blocked")
        changes["name"] = profile.name
    return changes


def _contact_changes(party: Party, type_: str, wanted: str | None) -> list[Any]:
    """The first of a type is the one Tryton shows as the party's own; without any, none is left."""
    held = party.contact(type_)
    if wanted is None:
        ids = [contact.id for contact in party.contacts if contact.type == type_]
        return [writing(ids, {"active": False})] if ids else []
    if held is None:
        return [creating({"type": type_, "value": wanted})]
    return [] if held.value == wanted.strip() else [writing([held.id], {"value": wanted})]


def address_changes(party: Party, kind: AddressKind, wanted: Address, country: int) -> Values:
    """An address that differs is added, or one that is there already gets the flag (quirk 5)."""
    used = party.place(kind)
    if used and _same(used.address, wanted):
        return {}
    flag = USES[kind]
    others = [place.id for place in party.places if kind in place.uses]
    same = next((place for place in party.places if _same(place.address, wanted)), None)
    changes = [writing(others, {flag: False})] if others else []
    if same is not None:
        changes.append(writing([same.id], {flag: True}))
    else:
        changes.append(creating(_new_place(kind, wanted, country)))
    return {"addresses": changes}


def _new_place(kind: AddressKind, address: Address, country: int) -> Values:
    return {
        "street": address.street,
        "city": address.city,
        "postal_code": address.postal_code,
        "country": country,
        **{flag: used == kind for used, flag in USES.items()},
    }


def _same(held: Address | None, wanted: Address) -> bool:
    """Tryton keeps a text without the blanks around it."""
    texts = {"street", "city", "postal_code"}
    kept = {name: getattr(wanted, name).strip() for name in texts}
    return held == wanted.model_copy(update=kept)
