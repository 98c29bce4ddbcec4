"""The ERP's connector against the simulated ERP, over real sockets."""

from uuid import uuid4

import pytest

from connectors.erp import sandbox_soap
from connectors.erp.sandbox_soap import Connector
from connectors.protocols.soap.client import SoapBackend
from contracts.models.canonical import Address, CustomerProfile, Money
from contracts.models.system.erp.v1 import NewSalesOrder
from runtime.problems import Missing, Rejected, Unavailable
from sandbox.erp.wsdl import WSDL
from tests.connectors.erp.orders import line, order, orders_under, refused
from tests.connectors.sandboxed import Sandboxed


@pytest.fixture
async def customer(erp: Connector) -> str:
    """A customer of this test's own, without addresses."""
    profile = CustomerProfile(name="Ida", email="ida@example.com", phone="+45 1")
    return (await erp.put_customer(f"C-{uuid4().hex[:8]}", profile)).id


def test_the_vendored_wsdl_is_the_one_the_erp_publishes() -> None:
    assert sandbox_soap.WSDL.read_bytes() == WSDL


async def test_a_customer_comes_in_our_words(erp: Connector) -> None:
    customer = await erp.get_customer("C-1004")

    assert (customer.name, customer.email) == ("Dorothea Weiß", "dorothea.weiss@example.com")
    assert customer.blocked is False


async def test_what_there_is_not_is_missing(erp: Connector, ref: str) -> None:
    missing = (Missing, 404, "missing")

    assert await refused(erp.get_customer("C-0")) == missing
    assert await refused(erp.list_addresses("C-0")) == missing
    assert await refused(erp.product_price("NO-SUCH", "EUR")) == missing
    assert await refused(erp.get_sales_order(ref)) == missing
    assert await refused(erp.confirm_sales_order(ref)) == missing


async def test_a_long_name_is_kept_whole_and_a_shorter_one_replaces_all_of_it(
    erp: Connector, customer: str
) -> None:
    name = "".join(chr(ord("a") + n % 26) for n in range(119)) + " "

    for wanted in (name, name[:60], "Bo"):
        profile = CustomerProfile(name=wanted, email="b@example.com")
        assert (await erp.put_customer(customer, profile)).name == wanted
        assert (await erp.get_customer(customer)).name == wanted


async def test_a_profile_without_a_phone_removes_it(erp: Connector, customer: str) -> None:
    assert (await erp.get_customer(customer)).phone == "+45 1"

    await erp.put_customer(customer, CustomerProfile(name="Ida", email="ida@example.com"))

    assert (await erp.get_customer(customer)).phone is None


async def test_a_text_xml_cannot_hold_is_the_callers_to_change(erp: Connector) -> None:
    profile = CustomerProfile(name="a\x00b", email="b@example.com")

    assert await refused(erp.put_customer("C-1", profile)) == (Rejected, 422, "does-not-fit")


HOME = Address(street="Havnegade 1 <2&3>", city="Århus", postal_code="8000", country="DK")
WORK = HOME.model_copy(update={"street": "Ny gade 9"})


async def test_there_is_one_address_of_each_kind(erp: Connector, customer: str) -> None:
    assert await erp.list_addresses(customer) == []
    await erp.put_address(customer, "delivery", HOME)
    await erp.put_address(customer, "delivery", WORK)
    await erp.put_address(customer, "billing", HOME)

    listed = await erp.list_addresses(customer)

    assert [(a.kind, a.address) for a in listed] == [("billing", HOME), ("delivery", WORK)]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ({"DOCK4": "D"}, {"DOCK4": "D"}),  # its code, not a second address
        ({"AAA": "D", "SHIP": "D"}, {"AAA": "D", "SHIP": "D"}),
        ({"SHIP": "B"}, {"SHIP": "B", "SHIP2": "D"}),  # what it is used for stays
    ],
)
async def test_the_codes_others_chose_in_the_erp_are_respected(
    erp: Connector, clerk: SoapBackend, customer: str, there: dict[str, str], expected: object
) -> None:
    place = {"Street": "Ny gade 9", "Zip": "8000", "City": "Århus", "Country": "DK"}
    for code, kind in there.items():
        record = {"AddrCode": code, "AddrType": kind, **place}
        await clerk.call("SaveAddress", {"CustNo": customer, "Address": record})

    await erp.put_address(customer, "delivery", HOME)

    held = await clerk.call("ListAddresses", {"CustNo": customer})
    codes = {record["AddrCode"]: record["AddrType"] for record in held["Addresses"]["Address"]}
    assert codes == expected
    assert [a.address for a in await erp.list_addresses(customer) if a.kind == "delivery"] == [HOME]


async def test_a_price_is_in_the_currency_asked_for(erp: Connector) -> None:
    price = await erp.product_price("MS-ERGO-01", "EUR")

    assert (price.price, price.tax_rate) == (Money(amount="64.90", currency="EUR"), "25")
    assert await refused(erp.product_price("MS-ERGO-01", "USD")) == (
        Rejected,
        422,
        "wrong-currency",
    )


async def test_entering_an_order_again_changes_nothing(
    erp: Connector, backend: Sandboxed, ref: str
) -> None:
    wanted = order(line(quantity=2), line("CBL-USBC-2M", 3, "14.9"))

    first, second = await erp.put_sales_order(ref, wanted), await erp.put_sales_order(ref, wanted)

    assert first == second == await erp.get_sales_order(ref)
    assert (first.id, first.status, first.total.amount) == (ref, "entered", "302.70")
    assert [item.unit_price.amount for item in first.lines] == ["129.00", "14.90"]
    assert len(await orders_under(backend, ref)) == 1


@pytest.mark.parametrize(
    "other",
    [
        order(line(quantity=2)),
        order(line(price="128.99")),
        order(line("KB-ANSI-US")),
        order(line(), line("CBL-USBC-2M")),
        order(customer_id="C-1002"),
        order(payment_reference="pay_2"),
        order(payment_reference=None),
    ],
)
async def test_another_order_under_the_same_id_is_a_conflict(
    erp: Connector, ref: str, other: NewSalesOrder
) -> None:
    entered = await erp.put_sales_order(ref, order())

    assert await refused(erp.put_sales_order(ref, other)) == (Rejected, 409, "conflict")
    assert await erp.get_sales_order(ref) == entered


async def test_a_confirmed_order_stays_confirmed(erp: Connector, ref: str) -> None:
    await erp.put_sales_order(ref, order())

    assert (await erp.confirm_sales_order(ref)).status == "confirmed"
    assert (await erp.confirm_sales_order(ref)).status == "confirmed"
    assert (await erp.put_sales_order(ref, order())).status == "confirmed"


async def test_a_cancelled_order_is_not_entered_or_confirmed_again(
    erp: Connector, ref: str
) -> None:
    await erp.put_sales_order(ref, order())
    await erp.cancel_sales_order(ref)
    await erp.cancel_sales_order(ref)

    assert (await erp.get_sales_order(ref)).status == "cancelled"
    assert await refused(erp.put_sales_order(ref, order())) == (Rejected, 409, "conflict")
    assert await refused(erp.confirm_sales_order(ref)) == (Rejected, 409, "cancelled")


async def test_cancelling_nothing_is_fine(erp: Connector, ref: str) -> None:
    await erp.cancel_sales_order(ref)


@pytest.mark.parametrize(
    ("wanted", "kind", "pointer"),
    [
        (order(line(), line("NO-SUCH")), "unknown-sku", "#/lines/1/sku"),
        (order(customer_id="C-0"), "unknown-customer", "#/customerId"),
        (order(currency="SEK"), "wrong-currency", "#/currency"),
    ],
)
async def test_a_refused_order_says_which_part(
    erp: Connector, ref: str, wanted: NewSalesOrder, kind: str, pointer: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await erp.put_sales_order(ref, wanted)

    assert (caught.value.code, caught.value.slug) == (422, kind)
    assert caught.value.document["errors"][0]["pointer"] == pointer


async def test_a_blocked_customer_may_not_order(
    erp: Connector, clerk: SoapBackend, backend: Sandboxed, customer: str, ref: str
) -> None:
    await clerk.call("SaveCustomer", {"CustNo": customer, "Name1": "Ida", "Blocked": "Y"})

    assert (await erp.get_customer(customer)).blocked is True
    assert await refused(erp.put_sales_order(ref, order(customer_id=customer))) == (
        Rejected,
        422,
        "customer-blocked",
    )
    assert await orders_under(backend, ref) == []


async def test_part_of_a_piece_is_a_bad_answer(
    erp: Connector, clerk: SoapBackend, ref: str
) -> None:
    part = {"MatNo": "KB-ISO-DE", "Qty": "1.5", "UnitPrice": "1"}
    entry = {"ExtRef": ref, "CustNo": "C-1001", "Currency": "EUR", "Lines": {"Line": [part]}}
    await clerk.call("CreateSalesOrder", entry)

    assert await refused(erp.get_sales_order(ref)) == (Unavailable, 502, "bad-answer")
