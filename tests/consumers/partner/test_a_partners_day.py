"""A partner's program, typed by the contract, against all layers over sockets: in JSON and in XML."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from contracts.clients.experience.partner.v1 import PartnerClient
from runtime.problems import Problem
from tests.consumers.account import signed_in
from tests.consumers.partner.in_xml import XmlPartnerClient
from tests.consumers.partner.program import Partner, order
from tests.consumers.partner.sign_up import taken_on
from tests.consumers.running import Running
from tests.end_to_end.onboarding import somebody

SCOPES = "partner:orders partner:stock"


@pytest.fixture(scope="module")
async def company(there: Running) -> str:
    """Its id as a customer, since it has signed up."""
    new = somebody(kind="organisation", birthDate=None)
    async with signed_in(there.url, there.visitor):
        customer_id = await taken_on(new)
    assert [it["CustNo"] for it in there.onboardings.in_erp(new["email"])] == [customer_id]
    return customer_id


@pytest.fixture(params=["json", "xml"])
async def partner(
    there: Running, company: str, request: pytest.FixtureRequest
) -> AsyncIterator[Partner]:
    async with signed_in(there.url, there.customer(company, SCOPES)) as account:
        client = PartnerClient() if request.param == "json" else XmlPartnerClient(account)
        yield Partner(client, uuid4().hex[:12])


async def test_order_track_return_cancel_and_order_in_bulk(partner: Partner) -> None:
    stock = await partner.stock()
    assert stock["LAMP-LED-A1"] > 10

    placed = await partner.buy("LAMP-LED-A1", 2)
    assert (placed.status, placed.reference) == ("placed", f"{partner.mark}-one")
    assert placed.total is not None
    assert (placed.total.amount, placed.total.currency) == ("99.98", "EUR")
    assert (await partner.stock())["LAMP-LED-A1"] == stock["LAMP-LED-A1"] - 2
    tracking = await partner.track(placed)
    assert [event.what for event in tracking.events] == [
        *("priced", "reserved", "payment-approved", "entered", "paid", "confirmed")
    ]
    assert tracking.next == []

    made = await partner.give_back(placed)
    assert (made.status, made.refund) == ("returned", placed.total)
    assert [it.id for it in (await partner.client.list_returns(placed.id)).items] == [made.id]
    with pytest.raises(Problem) as refused:
        await partner.cancel(placed.id)
    assert refused.value.slug == "has-returns"

    many = [order(f"{partner.mark}-{n}", "CBL-USBC-2M", n) for n in range(4)]
    bulk, lines = await partner.buy_many(many)
    assert (bulk.total, bulk.placed, bulk.failed) == (4, 3, 1)
    assert lines[0].problem is not None
    assert lines[0].problem.errors is not None
    assert [error.pointer for error in lines[0].problem.errors] == ["#/orders/0/lines/0/quantity"]
    last = lines[3].order_id
    assert last is not None
    assert (await partner.cancel(last)).status == "cancelled"

    mine = {it.reference: it.status for it in await partner.orders()}
    known = {name: status for name, status in mine.items() if str(name).startswith(partner.mark)}
    assert sorted(known.values()) == ["cancelled", "placed", "placed", "returned"]


async def test_what_is_wrong_with_an_order_is_pointed_at(partner: Partner) -> None:
    with pytest.raises(Problem) as refused:
        await partner.buy("NOT A SKU", 0)

    pointers = [error["pointer"] for error in refused.value.document["errors"]]
    assert (refused.value.code, pointers) == (422, ["#/lines/0/sku", "#/lines/0/quantity"])
