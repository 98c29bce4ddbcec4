"""What is done with a vendor to see all its replies, and what came of it in our words."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

from contracts.models.canonical import (
    Address,
    Channels,
    ContactPreferences,
    CustomerProfile,
    Money,
    OrderLine,
    PaymentMethod,
)
from contracts.models.system.compliance.v1 import Decision, Document, Subject
from contracts.models.system.crm.v1 import AccountProfile, NewActivity
from contracts.models.system.erp.v1 import NewSalesOrder, NewSalesReturn, SalesOrderLine
from runtime.problems import Problem

Did = list[object]


async def told(outcome: Awaitable[object]) -> object:
    """What a call answers; of one that fails, which problem it is."""
    try:
        return await outcome
    except Problem as problem:
        return problem.document
    except Exception as error:  # a defect, or a replay that ran out: another outcome in any case
        return type(error).__name__


async def compliance(port: Any, name: str, _words: dict[str, str]) -> Did:
    document = Document(kind="passport", number="P1", expires_on=date(2001, 2, 3))
    adam = Subject(kind="person", name="Adam Ek", country="SE", document=document)
    unborn = Subject(kind="person", name="A", country="SE", birth_date=date(2999, 1, 1))
    clear = Decision(outcome="clear", by="ops-7", reason="he showed another")
    return [
        await told(port.get_screening(name)),
        await told(port.put_screening(name, unborn)),
        await told(port.put_screening(f"{name}.2", adam)),
        await told(port.put_screening(name, adam)),
        await told(port.put_screening(name, unborn)),
        await told(port.get_screening(name)),
        await told(port.decide(name, clear)),
        await told(port.decide(name, clear)),
        await told(port.get_screening(name)),
    ]


async def crm(port: Any, name: str, _words: dict[str, str]) -> Did:
    profile = AccountProfile(name="Nora", email=f"{name}@example.com", segment="gold")
    note = NewActivity(kind="note", subject="hello", at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    call = NewActivity(kind="call", subject="again", at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC))
    nothing = Channels(email=False, sms=False, push=False)
    told_nothing = ContactPreferences(order_news=nothing, marketing=nothing)
    first = await told(port.list_activities(name, 1, None))
    done = [
        first,
        await told(port.put_account(name, profile)),
        account := await told(port.get_account(name)),
        await told(port.find_accounts(profile.email)),
        await told(port.get_account_by_external_id(str(getattr(account, "external_id", "")))),
        await told(port.get_account_by_external_id("001Sb0000999999AAA")),
        await told(port.put_preferences(f"{name}.no", told_nothing)),
        await told(port.put_preferences(name, told_nothing)),
        await told(port.get_preferences(name)),
        await told(port.put_activity(name, "a1", note)),
        await told(port.put_activity(name, "a2", call)),
        await told(port.put_activity(name, "a2", note)),
        page := await told(port.list_activities(name, 1, None)),
    ]
    cursor = getattr(page, "next_cursor", None)
    return [
        *done,
        await told(port.list_activities(name, 1, cursor)),
        await told(port.remove_account(name)),
        await told(port.remove_account(name)),
    ]


async def erp(port: Any, name: str, _words: dict[str, str]) -> Did:
    price = Money(amount="129.00", currency="EUR")
    line = SalesOrderLine(sku="KB-ISO-DE", quantity=2, unit_price=price)
    address = Address(street="Gata 1", city="Malmö", postal_code="211 20", country="SE")
    profile = CustomerProfile(name="N" * 61, email="n@example.com", phone="+46 1")
    order_id = f"ord_{name:0>20}".replace("-", "0")
    ada = NewSalesOrder(customer_id="C-1001", currency="EUR", lines=[line], payment_reference="p-1")
    nobodys = NewSalesOrder(customer_id="C-NOBODY", currency="EUR", lines=[line])
    unknown = line.model_copy(update={"sku": "NO-SUCH"})
    wrong = NewSalesOrder(customer_id="C-1001", currency="EUR", lines=[unknown])
    one = NewSalesReturn(lines=[OrderLine(sku="KB-ISO-DE", quantity=1)], reason="too loud")
    return [
        await told(port.get_customer("C-1001")),
        await told(port.get_customer("C-NOBODY")),
        await told(port.get_customer_by_external_id("C-1001")),
        await told(port.list_addresses("C-1001")),
        await told(port.put_customer(name, profile)),
        await told(port.put_address(name, "billing", address)),
        await told(port.list_addresses(name)),
        await told(port.put_address(name, "billing", address)),
        await told(port.put_address("C-1001", "delivery", address)),
        await told(port.find_customers(None, None, "211 20", 2, None)),
        await told(port.retire_customer(f"{name}.r")),
        await told(port.put_customer(f"{name}.r", profile)),
        await told(port.product_price("KB-ISO-DE", "EUR")),
        await told(port.put_sales_order(order_id, nobodys)),
        await told(port.put_sales_order(order_id, wrong)),
        await told(port.put_sales_order(order_id, ada)),
        await told(port.put_sales_order(order_id, ada)),
        await told(port.get_invoice(order_id)),
        await told(port.retire_customer("C-1001")),
        await told(port.confirm_sales_order(order_id)),
        await told(port.get_sales_order(order_id)),
        await told(port.put_return(order_id, "b1", one)),
        await told(port.put_return(order_id, "b1", one)),
        await told(port.list_returns(order_id)),
        await told(port.withdraw_return(order_id, "b1")),
        await told(port.get_invoice(order_id)),
        await told(port.cancel_sales_order(order_id)),
        await told(port.confirm_sales_order(order_id)),
        await told(port.list_products("Keyboard", 1, None)),
        await told(port.list_products("KB-ISO", 1, "A")),
    ]


async def inventory(port: Any, name: str, _words: dict[str, str]) -> Did:
    lines = [OrderLine(sku="KB-ISO-DE", quantity=2)]
    return [
        await told(port.list_stock(["KB-ISO-DE", "NO-SUCH"])),
        await told(port.put_reservation(name, [OrderLine(sku="NO-SUCH", quantity=1)], 900)),
        await told(port.put_reservation(name, [OrderLine(sku="DOCK-TB4", quantity=999)], 900)),
        await told(port.put_reservation(f"{name}.2", lines, 900)),
        await told(port.put_reservation(f"{name}.2", lines, 600)),
        await told(port.get_reservation(f"{name}.2")),
        await told(port.commit_reservation(f"{name}.2")),
        await told(port.release_reservation(f"{name}.2")),
        await told(port.get_reservation(f"{name}.2")),
        await told(port.commit_reservation(f"{name}.2")),
        await told(port.get_reservation(f"{name}.3")),
        await told(port.get_receipt(name)),
        await told(port.put_receipt(name, lines)),
        await told(port.put_receipt(name, lines)),
        await told(port.get_receipt(name)),
        await told(port.put_receipt(name, [*lines, *lines])),
        await told(port.put_receipt(f"{name}.2", [OrderLine(sku="NO-SUCH", quantity=1)])),
    ]


async def payments(port: Any, name: str, words: dict[str, str]) -> Did:
    eur, one = Money(amount="10.00", currency="EUR"), Money(amount="1.00", currency="EUR")
    good, declined = (PaymentMethod(token=words[word]) for word in ("good", "declined"))
    return [
        await told(port.get_payment(name)),
        await told(port.authorize(f"{name}.d", eur, declined)),
        await told(port.authorize(name, eur, good)),
        await told(port.authorize(name, eur, good)),
        await told(port.authorize(name, one, good)),
        await told(port.get_payment(name)),
        await told(port.capture(name)),
        await told(port.refund(name, "r1", one)),
        await told(port.refund(name, "r1", one)),
        await told(port.get_payment(name)),
        await told(port.refund(name, "r2", eur)),
        await told(port.void(name)),
        await told(port.void(f"{name}.v")),
        await told(port.authorize(f"{name}.v", eur, good)),
        await told(port.verify({}, b"{}")),
    ]


SCENARIOS: dict[str, Callable[[Any, str, dict[str, str]], Awaitable[Did]]] = {
    "compliance": compliance,
    "crm": crm,
    "erp": erp,
    "inventory": inventory,
    "payments": payments,
}
