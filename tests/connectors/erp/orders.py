"""Orders to enter, and what became of a call."""

from collections.abc import Awaitable
from typing import Any
from uuid import uuid4

import pytest

from contracts.models.canonical import Money
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrderLine
from runtime.problems import Problem
from tests.connectors.sandboxed import Sandboxed


def new_order_id() -> str:
    return f"ord_{uuid4().hex[:20]}"


def order(*lines: SalesOrderLine, **parts: Any) -> NewSalesOrder:
    given = {"customer_id": "C-1001", "currency": "EUR", "payment_reference": "pay_1"} | parts
    return NewSalesOrder(lines=list(lines) or [line()], **given)


def line(sku: str = "KB-ISO-DE", quantity: int = 1, price: str = "129.00") -> SalesOrderLine:
    return SalesOrderLine(
        sku=sku, quantity=quantity, unit_price=Money(amount=price, currency="EUR")
    )


async def refused(call: Awaitable[object]) -> tuple[type[Problem], int, str]:
    with pytest.raises(Problem) as caught:
        await call
    return type(caught.value), caught.value.code, caught.value.slug


async def orders_under(backend: Sandboxed, ref: str) -> list[dict[str, Any]]:
    return [held for held in (await backend.state())["orders"] if held["ExtRef"] == ref]
