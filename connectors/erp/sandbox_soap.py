"""The sandbox ERP: SOAP 1.1, document/literal, HTTP Basic, one address, one WSDL (wsdl/sandbox/).

Quirks, each with *why this matters*:

1. Every refusal is HTTP 500 with a Fault; the business ones say which in BusinessFault/Code, and
   where in Field. *By its status each refusal would be an outage.*
2. A wrong password and a wrong path get an HTML page. *Neither may look like a missing customer.*
3. CreateSalesOrder refuses an ExtRef it knows, whatever the content. *After a time-out the order
   may be there: we read it and compare, so that a repeat heals instead of failing.*
4. An ExtRef cannot be blocked before it exists. *A cancel that overtakes a create still under way
   finds nothing, and the order stays entered: only a second cancel removes it.*
5. An absent element is left as it was, a nil one is emptied. *A put without Phone or Name2 would
   keep the old ones: both are always sent.*
6. A name has two fields of 60 characters, the second continuing the first. *Ours has up to 120.*
7. A customer has any number of addresses of a type, under codes of the ERP's. *We have one of each
   kind: the one with the usual code, else the first, is shown and set.*
8. Quantities have three decimals. *Half a piece is not in our contract: a bad answer, not one.*
9. Create, confirm and cancel answer with a stub of the order. *Confirm costs a second call.*
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, SecretStr

from connectors.erp import AddressKind, Erp
from connectors.protocols.http import HttpBackend
from connectors.protocols.options import HttpOptions
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.faults import Fault, FaultRule
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from contracts.models.canonical import Address, Customer, CustomerProfile, Money
from contracts.models.system.erp import v1
from runtime.problems import Missing, Problem, Rejected, at

T = TypeVar("T")
Tree = Mapping[str, Any]  # an element, in the ERP's words
WSDL = Path(__file__).with_name("wsdl") / "sandbox" / "erp.wsdl"

STATUS: Mapping[str, Any] = {"10": "entered", "20": "confirmed", "90": "cancelled"}
ADDRESS_TYPE: Mapping[AddressKind, str] = {"billing": "B", "delivery": "D"}
USUAL_CODE: Mapping[AddressKind, str] = {"billing": "BILL", "delivery": "SHIP"}
ADDRESS = {"street": "Street", "postal_code": "Zip", "city": "City", "country": "Country"}

DROPPED = {
    "/Address/AddrCode": "the one we sent",
    "/Address/AddrType": "follows from the kind that was set",
    "ChangedAt": "nobody asks when the ERP was last written to",
    "CreatedAt": "the same",
    "LineNo": "lines come in their order",
    "NetAmount": "the product of quantity and price",
    "OrderDate": "the day it was entered, in the ERP's zone",
    "ValidFrom": "a price asked for is today's",
    "detail/BusinessFault/OrderNo": "we read the order itself (quirk 3)",
    "detail/BusinessFault/Text": "in the ERP's words, which may quote personal data",
    "faultcode": "the rules go by the fault's detail",
    "faultstring": "in the ERP's words, which may quote personal data",
}


class Options(HttpOptions):
    """`url` is the whole address of the service."""

    user: str = Field(min_length=1, pattern="^[^:]+$")
    password: SecretStr = Field(min_length=1)


class DuplicateReference(Rejected):
    """The ERP has an order under this reference, with whatever content."""


def _sku_of_line(fault: Fault) -> str:
    """`Lines/Line[2]/MatNo` is `/lines/1/sku`: the ERP counts from one."""
    number = fault.fields["Field"].split("[")[1].split("]")[0]
    return f"/lines/{int(number) - 1}/sku"


def _when(code: str, field: str, raises: type[Problem], says: str, **more: Any) -> FaultRule:
    where = {"Code": code, "Field": field}
    return FaultRule(raises, says, detail="BusinessFault", fields=where, **more)


_CREATE: Any = {"during": {"CreateSalesOrder"}, "points_at": lambda _: "/customerId"}
_SKU: Any = {"kind": "unknown-sku", "points_at": _sku_of_line}

FAULTS = (
    _when("NOT_FOUND", "CustNo", Rejected, "no such customer", kind="unknown-customer", **_CREATE),
    _when("STATE", "CustNo", Rejected, "it may not order", kind="customer-blocked", **_CREATE),
    _when("STATE", "Status", Rejected, "the order is cancelled", kind="cancelled", status=409),
    _when("NOT_FOUND", "CustNo", Missing, "no such customer"),
    _when("NOT_FOUND", "MatNo", Missing, "no such product"),
    _when("NOT_FOUND", "ExtRef", Missing, "no such sales order"),
    _when("INVALID", r"Lines/Line\[\d+\]/MatNo", Rejected, "no such product", **_SKU),
    _when("INVALID", "Currency", Rejected, "not sold in this currency", kind="wrong-currency"),
    _when("DUPLICATE_REFERENCE", ".*", DuplicateReference, "this reference is taken"),
    _when("INVALID|STATE", ".*", Rejected, "not accepted"),
)


class Connector(Erp):
    def __init__(self, options: Options, reach: Reach) -> None:
        login = f"{options.user}:{options.password.get_secret_value()}"
        who = {"authorization": f"Basic {b64encode(login.encode()).decode()}"}
        http = HttpBackend("erp", options.url, reach, headers=who, timeout=options.timeout_seconds)
        self._erp = SoapBackend(http, load(WSDL), FAULTS)

    async def get_customer(self, customer_id: str) -> Customer:
        return await self._ask("GetCustomer", {"CustNo": customer_id}, _customer)

    async def put_customer(self, customer_id: str, profile: CustomerProfile) -> Customer:
        return await self._ask("SaveCustomer", _profile(customer_id, profile), _customer)

    async def list_addresses(self, customer_id: str) -> list[v1.CustomerAddress]:
        return await self._ask("ListAddresses", {"CustNo": customer_id}, _one_of_each)

    async def put_address(
        self, customer_id: str, kind: AddressKind, address: Address
    ) -> v1.CustomerAddress:
        held = await self._ask("ListAddresses", {"CustNo": customer_id}, _addresses)
        wanted = {"CustNo": customer_id, "Address": _record(_code(held, kind), kind, address)}
        return await self._ask("SaveAddress", wanted, lambda a: _address(kind, a["Address"]))

    async def product_price(self, sku: str, currency: str) -> v1.ProductPrice:
        return await self._ask("GetPrice", {"MatNo": sku, "Currency": currency}, _price)

    async def put_sales_order(self, order_id: str, order: v1.NewSalesOrder) -> v1.SalesOrder:
        wanted = _entry(order_id, order)
        try:
            return await self._ask("CreateSalesOrder", wanted, lambda a: _order({**wanted, **a}))
        except DuplicateReference as duplicate:
            held = await self._ask("GetSalesOrder", {"ExtRef": order_id}, lambda a: a["SalesOrder"])
            if _content(held) != _content(wanted) or STATUS[held["Status"]] == "cancelled":
                says = "erp: another order, or a cancelled one, has this id"
                raise Rejected(says, status=409, kind="conflict") from duplicate
            return self._erp.read(held, _order)

    async def get_sales_order(self, order_id: str) -> v1.SalesOrder:
        asked = {"ExtRef": order_id}
        return await self._ask("GetSalesOrder", asked, lambda a: _order(a["SalesOrder"]))

    async def cancel_sales_order(self, order_id: str) -> None:
        with suppress(Missing):
            await self._ask("CancelSalesOrder", {"ExtRef": order_id}, dict)

    async def confirm_sales_order(self, order_id: str) -> v1.SalesOrder:
        await self._ask("ConfirmSalesOrder", {"ExtRef": order_id}, dict)
        return await self.get_sales_order(order_id)

    async def _ask(self, operation: str, values: Tree, reader: Callable[[Tree], T]) -> T:
        """All may be sent twice: saves set, moves repeat, and ExtRef tells a second create."""
        answer = await self._erp.call(operation, values, repeatable=True)
        return self._erp.read(answer, reader)


def _customer(answer: Tree) -> Customer:
    customer = answer["Customer"]
    return Customer(
        id=customer["CustNo"],
        name=customer["Name1"] + (customer.get("Name2") or ""),
        email=customer["Email"] or "",
        phone=customer["Phone"],
        blocked=customer["Blocked"] == "Y",
    )


def _profile(customer_id: str, profile: CustomerProfile) -> Tree:
    """Everything a profile has, also what is empty (quirk 5); Blocked is the ERP's own to say."""
    return {
        "CustNo": customer_id,
        "Name1": profile.name[:60],
        "Name2": profile.name[60:] or None,
        "Email": profile.email,
        "Phone": profile.phone,
    }


def _addresses(answer: Tree) -> list[Tree]:
    return list(answer["Addresses"]["Address"])


def _one_of_each(answer: Tree) -> list[v1.CustomerAddress]:
    shown = {kind: _shown(_addresses(answer), kind) for kind in ADDRESS_TYPE}
    return [_address(kind, record) for kind, record in shown.items() if record]


def _shown(held: list[Tree], kind: AddressKind) -> Tree | None:
    """The one of several (quirk 7)."""
    of_kind = [record for record in held if record["AddrType"] == ADDRESS_TYPE[kind]]
    usual = [record for record in of_kind if record["AddrCode"] == USUAL_CODE[kind]]
    return next(iter(usual or of_kind), None)


def _code(held: list[Tree], kind: AddressKind) -> str:
    if (shown := _shown(held, kind)) is not None:
        return str(shown["AddrCode"])
    taken = {record["AddrCode"] for record in held}  # by the other type: saving would replace it
    codes = (USUAL_CODE[kind], *(f"{USUAL_CODE[kind]}{number}" for number in range(2, 100)))
    return next(code for code in codes if code not in taken)


def _address(kind: AddressKind, record: Tree) -> v1.CustomerAddress:
    address = Address(**{ours: record[theirs] for ours, theirs in ADDRESS.items()})
    return v1.CustomerAddress(kind=kind, address=address)


def _record(code: str, kind: AddressKind, address: Address) -> Tree:
    fields = {theirs: getattr(address, ours) for ours, theirs in ADDRESS.items()}
    return {"AddrCode": code, "AddrType": ADDRESS_TYPE[kind], **fields}


def _price(answer: Tree) -> v1.ProductPrice:
    sold = answer["Price"]
    price = _money(sold["NetPrice"], sold["Currency"])
    return v1.ProductPrice(sku=sold["MatNo"], name=sold["Description"], price=price)


def _entry(order_id: str, order: v1.NewSalesOrder) -> dict[str, Any]:
    if {line.unit_price.currency for line in order.lines} != {order.currency}:
        raise Rejected(kind="wrong-currency", errors=[at("/currency", "the prices have another")])
    lines = [
        {"MatNo": line.sku, "Qty": line.quantity, "UnitPrice": Decimal(line.unit_price.amount)}
        for line in order.lines
    ]
    return {
        "ExtRef": order_id,
        "CustNo": order.customer_id,
        "Currency": order.currency,
        "Lines": {"Line": lines},
        "PaymentRef": order.payment_reference,
    }


def _content(order: Tree) -> tuple[Any, ...]:
    """What makes two orders the same, whatever scale their decimals are written in."""
    lines = [(line["MatNo"], line["Qty"], line["UnitPrice"]) for line in order["Lines"]["Line"]]
    return order["CustNo"], order["Currency"], order["PaymentRef"], lines


def _order(order: Tree) -> v1.SalesOrder:
    currency = order["Currency"]
    return v1.SalesOrder(
        id=order["ExtRef"],
        number=order["OrderNo"],
        customer_id=order["CustNo"],
        status=STATUS[order["Status"]],
        lines=[_line(line, currency) for line in order["Lines"]["Line"]],
        total=_money(order["NetTotal"], currency),
    )


def _line(line: Tree, currency: str) -> v1.SalesOrderLine:
    if line["Qty"] != int(line["Qty"]):
        raise ValueError("part of a piece")  # quirk 8
    price = _money(line["UnitPrice"], currency)
    return v1.SalesOrderLine(sku=line["MatNo"], quantity=int(line["Qty"]), unit_price=price)


def _money(amount: Decimal, currency: str) -> Money:
    cents = amount.quantize(Decimal("0.01"))
    return Money(amount=f"{cents if cents == amount else amount.normalize():f}", currency=currency)
