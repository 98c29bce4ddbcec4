"""Customers in the real Tryton: changed at once by many, deactivated, and moving house."""

import asyncio

import pytest

from connectors.erp import Erp
from runtime.problems import Missing, Rejected, Unavailable
from sandbox.real.rpc import Tryton
from tests.real.tryton.orders import HERE, PROFILE, THERE, order, refusal, sales
from tests.real.tryton.wire import Wire


async def test_the_same_profile_again_is_read_and_not_written(
    erp: Erp, wire: Wire, customer_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)
    wire.calm()

    await erp.put_customer(customer_id, PROFILE)

    assert wire.called == ["model.party.party.search_read"]


async def test_a_customer_is_found_by_the_number_of_its_party_even_when_blocked(
    erp: Erp, inside: Tryton, customer_id: str
) -> None:
    put = await erp.put_customer(customer_id, PROFILE)
    [party] = inside.read("party.party", [["code", "=", customer_id]], ["id"])
    inside.call("model.party.party.write", [party["id"]], {"active": False})

    found = await erp.get_customer_by_external_id(str(party["id"]))

    assert put.external_id == found.external_id == str(party["id"])
    assert (found.id, found.blocked) == (customer_id, True)


@pytest.mark.parametrize("nobodys", ["0", "2147483647", "2147483648", "C-1001", "1.5"])
async def test_a_number_that_no_party_has_is_missing(erp: Erp, nobodys: str) -> None:
    with pytest.raises(Missing):
        await erp.get_customer_by_external_id(nobodys)


async def test_a_customer_created_by_many_at_once_is_one(
    erp: Erp, inside: Tryton, customer_id: str
) -> None:
    found = await asyncio.gather(*(erp.put_customer(customer_id, PROFILE) for _ in range(5)))

    assert len(set(map(str, found))) == 1
    parties = inside.read("party.party", [["name", "=", PROFILE.name]], ["code"])
    assert [party["code"] for party in parties].count(customer_id) == 1


async def test_a_customer_whose_creation_was_not_confirmed_is_there(
    erp: Erp, wire: Wire, customer_id: str
) -> None:
    wire.lose_the_answer_to("model.party.party.create")

    customer = await erp.put_customer(customer_id, PROFILE)

    assert customer.email == PROFILE.email
    assert wire.called.count("model.party.party.create") == 1


async def test_two_changes_at_once_are_both_whole(
    erp: Erp, inside: Tryton, customer_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)

    await asyncio.gather(
        *(erp.put_address(customer_id, "billing", where) for where in (HERE, THERE, HERE))
    )

    flags = ["addresses.street", "addresses.invoice"]
    [party] = inside.read("party.party", [["code", "=", customer_id]], flags)
    assert sorted(address["street"] for address in party["addresses."]) == ["Gata 1", "Rue 2"]
    assert sum(bool(address["invoice"]) for address in party["addresses."]) == 1


async def test_a_deactivated_party_is_a_blocked_customer_and_may_not_order(
    erp: Erp, inside: Tryton, customer_id: str, order_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)
    inside.call(
        "model.party.party.write",
        [inside.find("party.party", ["code", "=", customer_id])],
        {"active": False},
    )

    assert (await erp.get_customer(customer_id)).blocked
    by_phone = PROFILE.model_copy(update={"phone": "+49 30 555 01 78"})
    assert (await erp.put_customer(customer_id, by_phone)).phone == by_phone.phone
    with pytest.raises(Rejected) as caught:
        await erp.put_customer(customer_id, PROFILE.model_copy(update={"name": "N. B."}))
    assert refusal(caught) == (422, "customer-blocked", [])
    with pytest.raises(Rejected) as caught:
        await erp.put_sales_order(order_id, order(customer_id=customer_id))
    assert refusal(caught) == (422, "customer-blocked", ["#/customerId"])


async def test_a_retired_customer_is_a_deactivated_party_whose_code_stays_taken(
    erp: Erp, inside: Tryton, wire: Wire, customer_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)
    wire.lose_the_answer_to("model.party.party.write")
    with pytest.raises(Unavailable):
        await erp.retire_customer(customer_id)
    await erp.retire_customer(customer_id)
    await erp.retire_customer(f"{customer_id}.2")  # which nobody had

    either = ["active", "in", [True, False]]
    for retired in (customer_id, f"{customer_id}.2"):
        [party] = inside.read("party.party", [["code", "=", retired], either], ["active"])
        assert not party["active"]
        with pytest.raises(Rejected) as caught:
            await erp.put_customer(retired, PROFILE)
        assert refusal(caught) == (409, "retired", [])


async def test_a_create_that_the_retirement_overtook_is_refused(
    erp: Erp, wire: Wire, customer_id: str
) -> None:
    wire.let_happen_before("model.party.party.create", lambda: erp.retire_customer(customer_id))

    with pytest.raises(Rejected) as caught:
        await erp.put_customer(customer_id, PROFILE)

    assert refusal(caught) == (409, "retired", [])


async def test_an_order_keeps_the_address_it_was_made_with(
    erp: Erp, inside: Tryton, customer_id: str, order_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)
    await erp.put_address(customer_id, "billing", HERE)
    await erp.put_address(customer_id, "delivery", HERE)
    await erp.put_sales_order(order_id, order(customer_id=customer_id))

    await erp.put_address(customer_id, "delivery", THERE)

    addresses = await erp.list_addresses(customer_id)
    assert {found.kind: found.address for found in addresses} == {
        "billing": HERE,
        "delivery": THERE,
    }
    [sale] = sales(inside, order_id, "shipment_address.street", "invoice_address.street")
    assert sale["shipment_address."]["street"] == "Gata 1"
    assert sale["invoice_address."]["street"] == "Gata 1"


async def test_an_address_is_used_again_rather_than_added_again(
    erp: Erp, inside: Tryton, customer_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)

    for where in (HERE, THERE, HERE, THERE):
        await erp.put_address(customer_id, "billing", where)
    await erp.put_address(customer_id, "delivery", HERE)

    [party] = inside.read("party.party", [["code", "=", customer_id]], ["addresses"])
    assert len(party["addresses"]) == 2


async def test_a_country_there_is_not_is_pointed_at(erp: Erp) -> None:
    with pytest.raises(Rejected) as caught:
        await erp.put_address("C-1001", "billing", HERE.model_copy(update={"country": "XX"}))

    assert refusal(caught) == (422, "unknown-country", ["#/country"])
