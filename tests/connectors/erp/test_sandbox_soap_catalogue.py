"""The simulated ERP's catalogue and invoices, in our words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.erp.sandbox_soap import Connector, catalogue
from contracts.models.canonical import Money
from runtime.problems import Missing, Rejected
from tests.connectors.erp.orders import line, order, refused
from tests.connectors.sandboxed import Sandboxed


def eur(amount: str) -> Money:
    return Money(amount=amount, currency="EUR")


async def test_what_is_not_sold_any_more_is_listed_without_a_price_and_refused(
    erp: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.control("POST", "materials", {"MatNo": "CAM-1080P", "Active": "N"})
    try:
        [gone] = (await erp.list_products("CAM-1080P", 5, None)).items
        assert (gone.sku, gone.active, gone.price) == ("CAM-1080P", False, None)
        assert await refused(erp.product_price("CAM-1080P", "EUR")) == (Missing, 404, "missing")
        assert await refused(erp.put_sales_order(ref, order(line("CAM-1080P")))) == (
            Rejected,
            422,
            "unknown-sku",
        )
    finally:
        await backend.control("POST", "materials", {"MatNo": "CAM-1080P", "Active": "Y"})
    [back] = (await erp.list_products("CAM-1080P", 5, None)).items
    assert (back.active, back.price) == (True, eur("79.00"))


async def test_a_cursor_that_is_none_of_theirs_is_refused(erp: Connector) -> None:
    assert (await refused(erp.list_products(None, 5, "x" * 41)))[:2] == (Rejected, 422)


def test_a_material_whose_number_is_no_sku_is_left_out_and_the_page_after_it_found() -> None:
    about = {"Description": "", "Active": "N", "Currency": "EUR", "NetPrice": Decimal(1)}
    told = [{"MatNo": number, **about} for number in ("has blanks", "A-1", "\u00c4-1")]

    page = catalogue.page({"Materials": {"Material": told}, "More": "Y"})

    assert [product.sku for product in page.items] == ["A-1"]
    assert page.next_cursor == "\u00c4-1"


async def test_an_invoice_says_what_was_sold_and_how_much_of_it_is_tax(
    erp: Connector, ref: str
) -> None:
    await erp.put_sales_order(ref, order(line(quantity=2), line("CBL-USBC-2M", 3, "14.95")))
    assert await refused(erp.get_invoice(ref)) == (Missing, 404, "no-invoice")

    await erp.confirm_sales_order(ref)

    invoice = await erp.get_invoice(ref)
    assert (invoice.order_id, invoice.status) == (ref, "paid")
    assert (invoice.total, invoice.tax) == (eur("302.85"), eur("60.57"))
    assert [(it.sku, it.quantity, it.unit_price, it.total) for it in invoice.lines] == [
        ("KB-ISO-DE", 2, eur("129.00"), eur("258.00")),
        ("CBL-USBC-2M", 3, eur("14.95"), eur("44.85")),
    ]
    assert {it.tax_rate for it in invoice.lines} == {"25"}
    assert invoice.lines[1].description == "USB-C cable, 2 m"
    assert abs(datetime.now(UTC) - invoice.issued_at) < timedelta(minutes=5)


async def test_confirming_again_issues_no_second_invoice(
    erp: Connector, backend: Sandboxed, ref: str
) -> None:
    await erp.put_sales_order(ref, order())
    await erp.confirm_sales_order(ref)
    first = await erp.get_invoice(ref)
    await backend.advance_clock(90)

    await erp.confirm_sales_order(ref)

    assert await erp.get_invoice(ref) == first


@pytest.mark.parametrize(
    ("payment", "before", "after"),
    [("pay_1", "paid", "credited"), (None, "open", "cancelled")],
)
async def test_a_cancelled_order_takes_its_invoice_back(
    erp: Connector, ref: str, payment: str | None, before: str, after: str
) -> None:
    await erp.put_sales_order(ref, order(payment_reference=payment))
    await erp.confirm_sales_order(ref)
    assert (await erp.get_invoice(ref)).status == before

    await erp.cancel_sales_order(ref)

    assert (await erp.get_invoice(ref)).status == after


async def test_an_order_cancelled_before_it_was_confirmed_never_had_an_invoice(
    erp: Connector, ref: str
) -> None:
    await erp.put_sales_order(ref, order())
    await erp.cancel_sales_order(ref)

    assert await refused(erp.get_invoice(ref)) == (Missing, 404, "no-invoice")
