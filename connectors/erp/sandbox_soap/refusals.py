"""What the ERP's faults mean (quirk 1)."""

from typing import Any

from connectors.protocols.soap.faults import Fault, FaultRule
from runtime.problems import Missing, Problem, Rejected


class DuplicateReference(Rejected):
    """The ERP has an order under this reference, with whatever content."""


class NotConfirmed(Rejected):
    """A return needs a confirmed order; whether it is not yet or no longer one, the fault does not say."""

    kind = "not-confirmed"


def _sku_of_line(fault: Fault) -> str:
    """`Lines/Line[2]/MatNo` is `/lines/1/sku`: the ERP counts from one."""
    return f"/lines/{_place(fault)}/sku"


def _quantity_of_line(fault: Fault) -> str:
    return f"/lines/{_place(fault)}/quantity"


def _place(fault: Fault) -> int:
    return int(fault.fields["Field"].split("[")[1].split("]")[0]) - 1


def _when(code: str, field: str, raises: type[Problem], says: str, **more: Any) -> FaultRule:
    where = {"Code": code, "Field": field}
    return FaultRule(raises, says, detail="BusinessFault", fields=where, **more)


_CREATE: Any = {"during": {"CreateSalesOrder"}, "points_at": lambda _: "/customerId"}
_RETURN: Any = {"during": {"CreateReturn"}, "status": 409}
_SKU: Any = {"kind": "unknown-sku", "points_at": _sku_of_line}

FAULTS = (
    _when("NOT_FOUND", "CustNo", Rejected, "no such customer", kind="unknown-customer", **_CREATE),
    _when("STATE", "CustNo", Rejected, "it may not order", kind="customer-blocked", **_CREATE),
    _when("STATE", "CustNo", Rejected, "it is retired", kind="retired", status=409),
    _when("STATE", "Orders", Rejected, "there are orders of it", kind="has-orders", status=409),
    _when("STATE", "Status", NotConfirmed, "the order is not confirmed", **_RETURN),
    _when(
        "STATE",
        r"Lines/Line\[\d+\]/Qty",
        Rejected,
        "more than was sold and has not come back",
        kind="exceeds-order",
        points_at=_quantity_of_line,
        **_RETURN,
    ),
    _when("STATE", "Returns", Rejected, "goods have come back", kind="has-returns", status=409),
    _when("STATE", "Status", Rejected, "the order is cancelled", kind="cancelled", status=409),
    _when("NOT_FOUND", "CustNo", Missing, "no such customer"),
    _when("NOT_FOUND", "MatNo", Missing, "no such product"),
    _when("NOT_FOUND", "ExtRef", Missing, "no such sales order"),
    _when("NOT_FOUND", "Invoice", Missing, "no invoice yet", kind="no-invoice"),
    _when("INVALID", r"Lines/Line\[\d+\]/MatNo", Rejected, "no such product", **_SKU),
    _when("INVALID", "Currency", Rejected, "not sold in this currency", kind="wrong-currency"),
    _when("DUPLICATE_REFERENCE", ".*", DuplicateReference, "this reference is taken"),
    _when("INVALID|STATE", ".*", Rejected, "not accepted"),
)
