"""Returns, in the ERP's words and in ours. Pure functions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.erp.sandbox_soap.figures import money, pieces
from connectors.goods import as_lines
from contracts.models.system.erp import v1

Tree = Mapping[str, Any]

STATUS: Mapping[str, str] = {"30": "credited", "90": "cancelled"}


def entry(order_id: str, return_id: str, goods: v1.NewSalesReturn) -> Tree:
    lines = [{"MatNo": line.sku, "Qty": line.quantity} for line in goods.lines]
    return {
        "ExtRef": order_id,
        "ReturnRef": return_id,
        "Reason": goods.reason,
        "Lines": {"Line": lines},
    }


def same(held: Tree, asked: Tree) -> bool:
    """Whether it is the return that was asked for; a cancelled one is none."""
    alike = held["ReturnRef"] == asked["ReturnRef"] and _goods(held) == _goods(asked)
    return alike and STATUS[held["Status"]] == "credited"


def _goods(told: Tree) -> dict[str, Decimal]:
    """How much of each product: the ERP adds up lines of the same one."""
    total: dict[str, Decimal] = {}
    for line in told["Lines"]["Line"]:
        total[line["MatNo"]] = total.get(line["MatNo"], Decimal(0)) + line["Qty"]
    return total


def standing(answer: Tree) -> list[v1.SalesReturn]:
    return [said(one) for one in answer["Return"] if STATUS[one["Status"]] == "credited"]


def said(told: Tree) -> v1.SalesReturn:
    return v1.SalesReturn(
        id=told["ReturnRef"],
        order_id=told["ExtRef"],
        number=told["ReturnNo"],
        lines=[
            part
            for line in told["Lines"]["Line"]
            for part in as_lines(line["MatNo"], pieces(line["Qty"]))
        ],
        total=money(told["CreditTotal"], told["Currency"]),
    )
