"""Tryton's parties as our customers, without a Tryton; tests/real/tryton has the real one."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.erp import AddressKind
from connectors.erp.tryton import parties
from connectors.erp.tryton.parties import PARTIES, Party
from connectors.vendors.tryton.values import Row
from contracts.models.canonical import Address, CustomerProfile
from runtime.problems import Rejected

PROFILE = CustomerProfile(name="Ada Lindqvist", email="ada@example.com", phone="+46 8 1")
GATA = Address(street="Gata 1", city="Malmö", postal_code="211 20", country="SE")


def address(id_: int, street: str | None = "Gata 1", **more: Any) -> dict[str, Any]:
    row = {"id": id_, "street": street, "city": "Malmö", "postal_code": "211 20"}
    return row | {"country.": {"id": 8, "code": "SE"}, "invoice": 1, "delivery": 0} | more


def party(*addresses: Row, **more: Any) -> Party:
    contacts = [
        {"id": 1, "type": "email", "value": "ada@example.com"},
        {"id": 2, "type": "phone", "value": "+46 8 1"},
        {"id": 3, "type": "phone", "value": "+46 8 2"},
    ]
    row = {"id": 9, "code": "C-1", "name": "Ada Lindqvist", "active": 1, "_timestamp": "1.5"}
    row |= {"contact_mechanisms.": contacts, "addresses.": list(addresses), "identifiers.": []}
    return PARTIES.made_of(row | more)


def test_a_party_is_a_customer_by_its_first_contacts() -> None:
    customer = parties.customer(party())

    assert (customer.email, customer.phone, customer.blocked) == (
        "ada@example.com",
        "+46 8 1",
        False,
    )


def test_a_party_that_people_left_half_empty_is_a_customer_all_the_same() -> None:
    customer = parties.customer(party(name=None, active=False, **{"contact_mechanisms.": []}))

    assert (customer.name, customer.email, customer.phone) == ("", "", None)
    assert customer.blocked


def test_a_retired_party_is_one_that_says_so() -> None:
    retired = party(active=False, **{"identifiers.": [{"id": 3, "code": "strata:retired"}]})
    other = party(**{"identifiers.": [{"id": 3, "code": "SE556012579001"}]})

    assert (retired.retired, other.retired) == (True, False)
    assert parties.retirement(retired) == {}
    marked = {"identifiers": [["create", [{"code": "strata:retired"}]]]}
    assert parties.retirement(other) == {**marked, "active": False}
    assert parties.retirement(replace(retired, active=True)) == {"active": False}


def test_a_party_whose_code_is_no_id_of_ours_is_not_found() -> None:
    assert parties.found_customer(party(code="Ada & sons")) is None
    assert parties.found_customer(party(code="C-1")) is not None


@pytest.mark.parametrize(
    ("profile", "changes"),
    [
        (PROFILE, {}),
        (PROFILE.model_copy(update={"name": " Ada Lindqvist "}), {}),
        (PROFILE.model_copy(update={"name": "Ada L."}), {"name": "Ada L."}),
        (
            PROFILE.model_copy(update={"email": "a@b.c"}),
            {"contact_mechanisms": [["write", [1], {"value": "a@b.c"}]]},
        ),
        (
            PROFILE.model_copy(update={"phone": None}),
            {"contact_mechanisms": [["write", [2, 3], {"active": False}]]},
        ),
    ],
)
def test_only_what_differs_is_written(profile: CustomerProfile, changes: Row) -> None:
    assert parties.profile_changes(party(), profile) == changes


def test_a_new_customer_is_one_record_with_everything() -> None:
    assert parties.new_party("C-2", PROFILE) == {
        "code": "C-2",
        "name": "Ada Lindqvist",
        "contact_mechanisms": [
            ["create", [{"type": "email", "value": "ada@example.com"}]],
            ["create", [{"type": "phone", "value": "+46 8 1"}]],
        ],
    }


@pytest.mark.parametrize(
    "unusable",
    [{"street": None}, {"city": ""}, {"country.": None}, {"street": "x" * 121}],
)
def test_an_address_that_ours_cannot_express_is_not_shown(unusable: dict[str, Any]) -> None:
    held = party(address(1, **unusable))

    assert parties.customer_address(held, "billing") is None
    with pytest.raises(ValueError, match="not kept"):
        parties.used_address("billing", held)


NEW = {"street": "Gata 1", "city": "Malmö", "postal_code": "211 20", "country": 8}


@pytest.mark.parametrize(
    ("addresses", "kind", "commands"),
    [
        ([], "billing", [["create", [NEW | {"invoice": True, "delivery": False}]]]),
        ([address(1)], "billing", []),
        ([address(1)], "delivery", [["write", [1], {"delivery": True}]]),
        (
            [address(1, "Rue 2"), address(2, "Rue 3")],
            "billing",
            [
                ["write", [1, 2], {"invoice": False}],
                ["create", [NEW | {"invoice": True, "delivery": False}]],
            ],
        ),
        (
            [address(1, "Rue 2"), address(2, invoice=0)],
            "billing",
            [["write", [1], {"invoice": False}], ["write", [2], {"invoice": True}]],
        ),
    ],
)
def test_an_address_is_never_overwritten(
    addresses: list[Row], kind: AddressKind, commands: list[Any]
) -> None:
    changes = parties.address_changes(party(*addresses), kind, GATA, 8)

    assert changes.get("addresses", []) == commands


def test_blanks_around_an_address_make_no_other_address() -> None:
    blanks = GATA.model_copy(update={"street": " Gata 1 "})

    assert parties.address_changes(party(address(1)), "billing", blanks, 8) == {}


def test_an_order_goes_to_the_first_address_where_none_is_marked() -> None:
    only = party(address(4, invoice=0), address(5, invoice=0, delivery=1))

    assert parties.addressed(only) == {"party": 9, "invoice_address": 4, "shipment_address": 5}


@pytest.mark.parametrize(
    ("customer", "kind"),
    [
        (None, "unknown-customer"),
        (party(), "no-address"),
        (replace(party(address(1)), active=False), "customer-blocked"),
        (replace(party(address(1)), active=False, retired=True), "unknown-customer"),
    ],
)
def test_who_cannot_order_is_told_why(customer: Party | None, kind: str) -> None:
    with pytest.raises(Rejected) as caught:
        parties.addressed(customer)

    assert caught.value.slug == kind
