"""Orders to put, and what Tryton then has of them."""

from typing import Any

import pytest

from contracts.models.canonical import Address, CustomerProfile, Money
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrderLine
from runtime.problems import Rejected
from sandbox.real.rpc import Tryton

PROFILE = CustomerProfile(name="Nora Bauer", email="nora@example.com", phone="+49 30 555 01 77")
HERE = Address(street="Gata 1", city="Malmö", postal_code="211 20", country="SE")
THERE = Address(street="Rue 2", city="Lyon", postal_code="69001", country="FR")


def line(sku: str = "KB-ISO-DE", quantity: int = 2, price: str = "129.00") -> SalesOrderLine:
    money = Money(amount=price, currency="EUR")
    return SalesOrderLine(sku=sku, quantity=quantity, unit_price=money)


def order(*lines: SalesOrderLine, **more: Any) -> NewSalesOrder:
    content = {"customer_id": "C-1001", "currency": "EUR", "payment_reference": "pay_1", **more}
    return NewSalesOrder(lines=list(lines or [line()]), **content)


def sales(inside: Tryton, order_id: str, *more: str) -> list[dict[str, Any]]:
    """Whatever Tryton has under an order's id or its return's."""
    fields = ["reference", "state", "invoice_method", "shipment_method", "shipments", *more]
    return inside.read("sale.sale", [["reference", "like", f"{order_id}%"]], fields)


def states(inside: Tryton, order_id: str) -> list[tuple[str, str]]:
    found = sales(inside, order_id)
    return sorted((sale["reference"].removeprefix(order_id), sale["state"]) for sale in found)


def refusal(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str, list[str]]:
    errors = caught.value.document.get("errors", [])
    return caught.value.code, caught.value.slug, [error["pointer"] for error in errors]
