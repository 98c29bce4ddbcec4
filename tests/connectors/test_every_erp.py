"""What the ERP port promises, of every ERP that runs here."""

from collections.abc import Awaitable
from decimal import Decimal
from uuid import uuid4

import pytest

from connectors.erp import Erp
from contracts.models.canonical import Address, CustomerProfile, Money
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrderLine
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("erp")

NORA = CustomerProfile(name="Nora Bauer", email="nora@example.com", phone="+49 30 1")
GATA = Address(street="Gata 1", city="Malmö", postal_code="211 20", country="SE")


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


async def test_a_customer_is_found_by_the_id_the_erp_has_for_it(connector: Erp) -> None:
    ada = await connector.get_customer("C-1001")

    assert await connector.get_customer_by_external_id(ada.external_id) == ada


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


async def test_a_retired_customer_is_gone_for_good(connector: Erp) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"
    await connector.put_customer(customer_id, NORA)
    await connector.put_address(customer_id, "billing", GATA)

    for _ in range(2):
        await connector.retire_customer(customer_id)

    for call in (connector.get_customer(customer_id), connector.list_addresses(customer_id)):
        with pytest.raises(Missing):
            await call
    assert await refused(connector.put_customer(customer_id, NORA)) == (409, "retired")
    order = two_keyboards().model_copy(update={"customer_id": customer_id})
    order_id = f"ord_{uuid4().hex[:20]}"
    assert await refused(connector.put_sales_order(order_id, order)) == (422, "unknown-customer")
    assert customer_id not in await found(connector, name="Nora", email=NORA.email)


async def test_an_id_nobody_had_is_retired_too(connector: Erp) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"

    for _ in range(2):
        await connector.retire_customer(customer_id)

    assert await refused(connector.put_customer(customer_id, NORA)) == (409, "retired")


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_customer_with_orders_is_not_retired(
    connector: Erp, order_id: str, cancelled: bool
) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"
    await connector.put_customer(customer_id, NORA)
    await connector.put_address(customer_id, "billing", GATA)
    order = two_keyboards().model_copy(update={"customer_id": customer_id})
    await connector.put_sales_order(order_id, order)
    if cancelled:
        await connector.cancel_sales_order(order_id)

    assert await refused(connector.retire_customer(customer_id)) == (409, "has-orders")

    assert (await connector.get_customer(customer_id)).blocked is False


async def test_customers_are_found_by_all_that_is_given(connector: Erp) -> None:
    mark = f"Q{uuid4().hex[:10]}"
    ids = sorted(f"C-{mark}-{number}" for number in range(3))
    for number, customer_id in enumerate(ids):
        email = f"{mark}.{number}@example.com"
        profile = CustomerProfile(name=f"Nora {mark} Bauer", email=email)
        await connector.put_customer(customer_id, profile)
        address = GATA.model_copy(update={"postal_code": f"{mark}{number}"})
        await connector.put_address(customer_id, "delivery", address)

    assert await found(connector, name=f"bauer {mark.lower()}") == ids
    assert await found(connector, name=f"{mark} Nobody") == []
    assert await found(connector, email=f"{mark}.1@EXAMPLE.com") == ids[1:2]
    assert await found(connector, postal_code=f"{mark}2") == ids[2:]
    assert await found(connector, name="Nora", postal_code=f"{mark}0") == ids[:1]
    assert await found(connector, name=mark, email=f"{mark}.0@example.com", postal_code="0") == []
    page = await connector.find_customers(None, f"{mark}.1@example.com", None, 10, None)
    [one] = page.items
    assert (one.customer.id, [a.kind for a in one.addresses]) == (ids[1], ["delivery"])
    assert one.addresses[0].address.postal_code == f"{mark}1"


async def test_what_is_searched_for_is_text_and_no_pattern(connector: Erp) -> None:
    mark = uuid4().hex[:10]
    for sign in "%_x":
        profile = CustomerProfile(name=f"A{sign}{mark}", email=f"a{sign}{mark}@example.com")
        await connector.put_customer(f"C-{mark}-{ord(sign)}", profile)

    for sign in "%_x":
        only = [f"C-{mark}-{ord(sign)}"]
        assert await found(connector, name=f"a{sign}{mark}") == only
        assert await found(connector, email=f"A{sign}{mark}@example.com") == only
    assert await found(connector, name=f"A\\{mark}' OR 1=1") == []


async def test_what_is_found_is_listed_page_by_page(connector: Erp) -> None:
    mark = f"P{uuid4().hex[:10]}"
    ids = sorted(f"C-{mark}-{number}" for number in range(5))
    for customer_id in ids:
        await connector.put_customer(customer_id, CustomerProfile(name=mark, email="p@example.com"))

    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = await connector.find_customers(mark, None, None, 2, cursor)
        assert len(page.items) <= 2
        seen += [one.customer.id for one in page.items]
        cursor, pages = page.next_cursor, pages + 1

    assert (sorted(seen), len(seen), pages) == (ids, 5, 3)


async def found(
    connector: Erp,
    name: str | None = None,
    email: str | None = None,
    postal_code: str | None = None,
) -> list[str]:
    page = await connector.find_customers(name, email, postal_code, 100, None)
    return sorted(one.customer.id for one in page.items)


async def refused(call: Awaitable[object]) -> tuple[int, str]:
    with pytest.raises(Rejected) as caught:
        await call
    return caught.value.code, caught.value.slug


async def test_a_product_has_a_price_in_its_currency_only(connector: Erp) -> None:
    product = await connector.product_price("KB-ISO-DE", "EUR")

    assert (product.sku, product.price) == ("KB-ISO-DE", Money(amount="129.00", currency="EUR"))
    assert Decimal(product.tax_rate) in {0, 25}  # as each was provisioned; the price includes it
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
        connector.get_customer_by_external_id("2147483646"),
        connector.get_customer_by_external_id("2147483648"),
        connector.get_customer_by_external_id("no.body"),
        connector.list_addresses("C-NOBODY"),
        connector.product_price("NO-SUCH", "EUR"),
        connector.get_sales_order(order_id),
        connector.confirm_sales_order(order_id),
    ):
        with pytest.raises(Missing):
            await call


async def test_all_products_are_listed_once_page_by_page(connector: Erp) -> None:
    skus, cursor = list[str](), None
    while True:
        page = await connector.list_products(None, 3, cursor)
        skus += [product.sku for product in page.items]
        if (cursor := page.next_cursor) is None:
            break
        assert 0 < len(page.items) <= 3

    assert skus == sorted(set(skus))
    assert {"KB-ISO-DE", "MS-ERGO-01", "CAM-1080P", "DESK-SIT-160"} <= set(skus)


@pytest.mark.parametrize("words", ["ISO GERMAN", "kb-iso", "Mechanical keyboard, ISO German"])
async def test_products_are_found_by_a_part_of_their_name_or_sku(
    connector: Erp, words: str
) -> None:
    [found] = (await connector.list_products(words, 5, None)).items

    assert (found.sku, found.name) == ("KB-ISO-DE", "Mechanical keyboard, ISO German")
    assert (found.price, found.active) == (Money(amount="129.00", currency="EUR"), True)


@pytest.mark.parametrize("words", ["%", "_", "KB%DE", "\\", "no such words"])
async def test_words_for_a_product_are_text_and_no_pattern(connector: Erp, words: str) -> None:
    page = await connector.list_products(words, 5, None)

    assert (page.items, page.next_cursor) == ([], None)


async def test_a_page_that_is_just_full_is_the_last_one(connector: Erp) -> None:
    page = await connector.list_products("keyboard", 2, None)

    assert [product.sku for product in page.items] == ["KB-ANSI-US", "KB-ISO-DE"]
    assert page.next_cursor is None


async def test_an_order_has_no_invoice_before_it_is_confirmed(
    connector: Erp, order_id: str
) -> None:
    await connector.put_sales_order(order_id, two_keyboards())

    with pytest.raises(Rejected) as caught:
        await connector.get_invoice(order_id)

    assert caught.value.slug in {"no-invoice", "not-supported"}


async def test_the_invoice_of_nothing_is_missing(connector: Erp, order_id: str) -> None:
    with pytest.raises(Missing) as caught:
        await connector.get_invoice(order_id)

    assert caught.value.slug == "missing"
