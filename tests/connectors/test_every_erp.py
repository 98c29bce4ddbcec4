"""What the ERP port promises, of every ERP that runs here."""

from uuid import uuid4

import pytest

from connectors.erp import Erp
from contracts.models.canonical import Address, CustomerProfile, Money
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrderLine
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("erp")


@pytest.fixture
def order_id() -> str:
    return f"ord_{uuid4().hex[:20]}"


def two_keyboards(quantity: int = 2, sku: str = "KB-ISO-DE") -> NewSalesOrder:
    price = Money(amount="129.00", currency="EUR")
    line = SalesOrderLine(sku=sku, quantity=quantity, unit_price=price)
    return NewSalesOrder(customer_id="C-1001", currency="EUR", lines=[line])


async def test_a_customer_is_told_in_our_words(connector: Erp) -> None:
    ada = await connector.get_customer("C-1001")

    assert (ada.id, ada.name, ada.blocked) == ("C-1001", "Ada Lindqvist", False)
    assert (ada.email, ada.phone) == ("ada.lindqvist@example.com", "+46 8 555 01 17")


async def test_a_customer_is_created_then_updated_under_our_id(connector: Erp) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"
    profile = CustomerProfile(name="Nora Bauer", email="nora@example.com", phone="+49 30 1")

    for _ in range(2):
        customer = await connector.put_customer(customer_id, profile)
        assert (customer.id, customer.name, customer.phone) == (
            customer_id,
            "Nora Bauer",
            "+49 30 1",
        )
    renamed = CustomerProfile(name="Nora B.", email="nora@example.com")
    assert await connector.put_customer(customer_id, renamed) == (
        await connector.get_customer(customer_id)
    )
    assert (await connector.get_customer(customer_id)).phone is None


async def test_an_address_is_the_one_of_its_kind(connector: Erp) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"
    await connector.put_customer(customer_id, CustomerProfile(name="N", email="n@example.com"))
    assert await connector.list_addresses(customer_id) == []
    old = Address(street="Gata 1", city="Malmö", postal_code="211 20", country="SE")
    new = Address(street="Gata 2", city="Malmö", postal_code="211 20", country="SE")

    for address in (old, new, new):
        await connector.put_address(customer_id, "billing", address)

    [billing] = await connector.list_addresses(customer_id)
    assert (billing.kind, billing.address) == ("billing", new)


async def test_a_product_has_a_price_in_its_currency_only(connector: Erp) -> None:
    product = await connector.product_price("KB-ISO-DE", "EUR")

    assert (product.sku, product.price) == ("KB-ISO-DE", Money(amount="129.00", currency="EUR"))
    with pytest.raises(Rejected) as caught:
        await connector.product_price("KB-ISO-DE", "USD")
    assert caught.value.slug == "wrong-currency"


async def test_an_order_is_entered_once_whatever_comes_twice(connector: Erp, order_id: str) -> None:
    entered = await connector.put_sales_order(order_id, two_keyboards())

    assert (entered.id, entered.status) == (order_id, "entered")
    assert entered.total == Money(amount="258.00", currency="EUR")
    assert await connector.put_sales_order(order_id, two_keyboards()) == entered
    assert await connector.get_sales_order(order_id) == entered


async def test_another_content_under_the_same_id_is_a_conflict(
    connector: Erp, order_id: str
) -> None:
    entered = await connector.put_sales_order(order_id, two_keyboards())

    with pytest.raises(Rejected) as caught:
        await connector.put_sales_order(order_id, two_keyboards(quantity=3))

    assert (caught.value.code, caught.value.slug) == (409, "conflict")
    assert await connector.get_sales_order(order_id) == entered


async def test_an_order_is_confirmed_once(connector: Erp, order_id: str) -> None:
    await connector.put_sales_order(order_id, two_keyboards())

    confirmed = await connector.confirm_sales_order(order_id)

    assert confirmed.status == "confirmed"
    assert await connector.confirm_sales_order(order_id) == confirmed


@pytest.mark.parametrize("confirmed", [False, True])
async def test_a_cancelled_order_stays_cancelled(
    connector: Erp, order_id: str, confirmed: bool
) -> None:
    await connector.put_sales_order(order_id, two_keyboards())
    if confirmed:
        await connector.confirm_sales_order(order_id)

    for _ in range(2):
        await connector.cancel_sales_order(order_id)

    assert (await connector.get_sales_order(order_id)).status == "cancelled"
    for call in (
        connector.put_sales_order(order_id, two_keyboards()),
        connector.confirm_sales_order(order_id),
    ):
        with pytest.raises(Rejected) as caught:
            await call
        assert caught.value.code == 409


async def test_cancelling_nothing_is_harmless(connector: Erp, order_id: str) -> None:
    await connector.cancel_sales_order(order_id)


async def test_what_never_was_is_missing(connector: Erp, order_id: str) -> None:
    for call in (
        connector.get_customer("C-NOBODY"),
        connector.list_addresses("C-NOBODY"),
        connector.product_price("NO-SUCH", "EUR"),
        connector.get_sales_order(order_id),
        connector.confirm_sales_order(order_id),
    ):
        with pytest.raises(Missing):
            await call
