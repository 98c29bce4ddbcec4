"""The seed's customers as parties."""

from typing import Any

from sandbox.real.rpc import Tryton


def create_customers(tryton: Tryton, countries: dict[str, int], seed: list[dict[str, Any]]) -> None:
    tryton.create("party.party", *(_party(customer, countries) for customer in seed))


def _party(customer: dict[str, Any], countries: dict[str, int]) -> dict[str, Any]:
    address = {
        "street": customer["street"],
        "postal_code": customer["postalCode"],
        "city": customer["city"],
        "country": countries[customer["country"]],
        "invoice": True,
        "delivery": True,
    }
    contacts = [
        {"type": "email", "value": customer["email"]},
        {"type": "phone", "value": customer["phone"]},
    ]
    return {
        "name": customer["name"],
        # Our id twice: an identifier is how Tryton records somebody else's number, but only
        # the party's own code is unique, which is what makes a concurrent create safe.
        "code": customer["id"],
        "identifiers": [["create", [{"code": customer["id"]}]]],
        "addresses": [["create", [address]]],
        "contact_mechanisms": [["create", contacts]],
    }
