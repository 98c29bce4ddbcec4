"""What goes to a vendor and comes back is what went: kept exactly or refused, never altered."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.crm import Crm
from connectors.erp import Erp
from connectors.inventory import Inventory
from connectors.payments import Payments
from contracts.models.canonical import Address, CustomerProfile, Money, OrderLine, PaymentMethod
from contracts.models.system.crm.v1 import AccountProfile, NewActivity
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrderLine
from runtime.problems import Rejected
from tests.connectors.vendors import Stand, every

T = TypeVar("T")

some = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

LETTERS = st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"])


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=least, max_size=most)


emails = st.from_regex(r"[a-z0-9.+_-]{1,20}@[a-z0-9]{1,10}\.(example|test)", fullmatch=True)
profiles = st.builds(
    CustomerProfile,
    name=texts(120) | texts(120, least=61),
    email=emails,
    phone=st.none() | texts(30, least=3),
)
addresses = st.fixed_dictionaries(  # st.builds would add the aliases as well
    {
        "street": texts(60),
        "city": texts(40),
        "postal_code": st.from_regex(r"[A-Z0-9 -]{1,10}", fullmatch=True),
        "country": st.sampled_from(["SE", "DE", "GB"]),
    }
).map(lambda parts: Address(**parts))
accounts = st.builds(
    AccountProfile,
    name=texts(120),
    email=emails,
    segment=st.sampled_from(["standard", "gold", "business"]),
)
activities = st.builds(
    NewActivity,
    kind=st.sampled_from(["call", "email", "meeting", "note"]),
    subject=texts(200),
    at=st.datetimes(datetime(1974, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - zoned next
        lambda at: at.replace(microsecond=0, tzinfo=UTC)
    ),
)
cents = st.integers(1, 99_999_99).map(lambda minor: f"{Decimal(minor) / 100:.2f}")


async def kept(put: Awaitable[T]) -> T | None:
    """What a put answers; None where it was refused, for what is in it."""
    try:
        return await put
    except Rejected as refusal:
        if refusal.code not in {400, 422}:
            raise
        return None


def said(model: Any) -> dict[str, Any]:
    """A model without what is absent."""
    return dict(model.model_dump(by_alias=False, exclude_none=True))


@every("erp")
@some
@given(profile=profiles, address=addresses)
async def test_a_customer_comes_back_as_it_went(
    connector: Erp, profile: CustomerProfile, address: Address
) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"
    if await kept(connector.put_customer(customer_id, profile)) is None:
        return
    found = await connector.get_customer(customer_id)
    ours = {"id": customer_id, "external_id": found.external_id, "blocked": False}
    assert said(found) == {**ours, **said(profile)}
    if await kept(connector.put_address(customer_id, "delivery", address)) is not None:
        [only] = await connector.list_addresses(customer_id)
        assert (only.kind, only.address) == ("delivery", address)


@every("erp")
@some
@given(price=cents, quantity=st.integers(1, 999), reference=st.none() | texts(30))
async def test_a_sales_order_comes_back_as_it_went(
    connector: Erp, price: str, quantity: int, reference: str | None
) -> None:
    order_id = f"ord_{uuid4().hex[:20]}"
    line = SalesOrderLine(
        sku="KB-ISO-DE", quantity=quantity, unit_price=Money(amount=price, currency="EUR")
    )
    order = NewSalesOrder(
        customer_id="C-1001", currency="EUR", lines=[line], payment_reference=reference
    )
    if await kept(connector.put_sales_order(order_id, order)) is None:
        return
    found = await connector.get_sales_order(order_id)
    assert (found.id, found.customer_id, found.lines) == (order_id, "C-1001", [line])
    assert Decimal(found.total.amount) == Decimal(price) * quantity


@every("erp")
@some
@given(price=cents, quantity=st.integers(1, 999))
async def test_what_was_ordered_is_what_is_invoiced(
    connector: Erp, price: str, quantity: int
) -> None:
    order_id = f"ord_{uuid4().hex[:20]}"
    line = SalesOrderLine(
        sku="KB-ISO-DE", quantity=quantity, unit_price=Money(amount=price, currency="EUR")
    )
    order = NewSalesOrder(customer_id="C-1001", currency="EUR", lines=[line])
    if await kept(connector.put_sales_order(order_id, order)) is None:
        return
    confirmed = await connector.confirm_sales_order(order_id)
    invoice = await connector.get_invoice(order_id)
    [invoiced] = invoice.lines
    assert (invoice.order_id, invoice.total) == (order_id, confirmed.total)
    assert said(line).items() <= said(invoiced).items()
    assert 0 <= Decimal(invoice.tax.amount) < Decimal(invoice.total.amount)


@every("crm")
@some
@given(profile=accounts, activity=activities)
async def test_an_account_and_its_activity_come_back_as_they_went(
    connector: Crm, profile: AccountProfile, activity: NewActivity
) -> None:
    customer_id = f"C-{uuid4().hex[:12]}"
    if await kept(connector.put_account(customer_id, profile)) is None:
        return
    found = await connector.get_account(customer_id)
    known = {"customer_id": customer_id, "external_id": found.external_id}
    assert said(found) == {**known, **said(profile)}
    if await kept(connector.put_activity(customer_id, "a-1", activity)) is not None:
        [only] = (await connector.list_activities(customer_id, 10, None)).items
        assert said(only) == {"id": "a-1", **said(activity)}


@every("inventory")
@some
@given(quantities=st.lists(st.integers(1, 2), min_size=1, max_size=3))
async def test_a_reservation_comes_back_as_it_went(
    connector: Inventory, quantities: list[int]
) -> None:
    name = f"R-{uuid4().hex[:12]}"
    skus = ["CBL-USBC-2M", "KB-ISO-DE", "MS-ERGO-01"]
    lines = [OrderLine(sku=s, quantity=q) for s, q in zip(skus, quantities, strict=False)]
    await connector.put_reservation(name, lines, 900)
    try:
        found = await connector.get_reservation(name)
        assert (found.id, found.status) == (name, "held")
        assert sorted(map(str, found.lines)) == sorted(map(str, lines))
    finally:
        await connector.release_reservation(name)


@every("payments")
@some
@given(amount=cents, currency=st.sampled_from(["EUR", "GBP", "SEK"]))
async def test_an_amount_comes_back_as_it_went(
    connector: Payments, stand: Stand, amount: str, currency: str
) -> None:
    money = Money(amount=amount, currency=currency)
    name = f"P-{uuid4().hex[:12]}"
    await connector.authorize(name, money, PaymentMethod(token=stand.words["good"]))
    found = await connector.get_payment(name)
    assert (found.id, found.status, found.amount) == (name, "authorized", money)
    assert (await connector.capture(name)).captured == money
