"""The sandbox ERP: SOAP 1.1, document/literal, HTTP Basic, one address, one WSDL (wsdl/sandbox/).

Quirks, each with *why this matters*:

1. Every refusal is HTTP 500 with a Fault; the business ones say which in BusinessFault/Code, and
   where in Field. *By its status each refusal would be an outage.*
2. A wrong password and a wrong path get an HTML page. *Neither may look like a missing customer.*
3. CreateSalesOrder refuses an ExtRef it knows, whatever the content. *After a time-out the order
   may be there: we read it and compare, so that a repeat heals instead of failing.*
4. An ExtRef cannot be blocked before it exists. *A cancel that overtakes a create still under way
   finds nothing, and the order would stay: who undoes a create enters the order first, then cancels.*
5. An absent element is left as it was, a nil one is emptied. *A put without Phone or Name2 would
   keep the old ones: both are always sent.*
6. A name has two fields of 60 characters, the second continuing the first. *Ours has up to 120.*
7. A customer has any number of addresses of a type, under codes of the ERP's. *We have one of each
   kind: the one with the usual code, else the first, is shown and set.*
8. Quantities have three decimals. *Half a piece is not in our contract: a bad answer, not one.*
9. Create, confirm and cancel answer with a stub of the order. *Confirm costs a second call.*
10. It serialises the returns of an order and refuses what was not sold, naming the first such line;
   CreateReturn refuses a ReturnRef it knows, also one that was only ever cancelled. *We read the
   list and compare, as with orders; what comes after its undo is a conflict.*
11. CustNo is whatever its first caller chose. *We chose our id: the ERP's own id of a customer and
    ours are one.*
12. NetPrice is net of rebates and includes the tax. *Added to it, TaxRate would be charged twice.*
13. RetireCustomer takes the number out of use, whoever had it or nobody. *A save that it overtook is
    refused, so that an undo is never undone.*
14. A material number may have any characters. *One that is no sku of ours could not be ordered: it is
    not listed.*
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, SecretStr

from connectors.erp import AddressKind, Erp
from connectors.erp.sandbox_soap import addresses, catalogue, returns
from connectors.erp.sandbox_soap.figures import money, pieces
from connectors.erp.sandbox_soap.refusals import FAULTS, DuplicateReference, NotConfirmed
from connectors.protocols.http import HttpBackend
from connectors.protocols.options import HttpOptions
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.wsdl import Port, load
from connectors.reach import Reach
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp import v1
from runtime.problems import Missing, Rejected, at

T = TypeVar("T")
Tree = Mapping[str, Any]  # an element, in the ERP's words
WSDL = Path(__file__).parents[1] / "wsdl" / "sandbox" / "erp.wsdl"

STATUS: Mapping[str, Any] = {"10": "entered", "20": "confirmed", "90": "cancelled"}

DROPPED = {
    "/CustNo": "of a retired customer, the one we sent",
    "/Address/AddrCode": "the one we sent",
    "/Matches/Match/Addresses/Address/AddrCode": "tells which of several is shown (quirk 7)",
    "/Address/AddrType": "follows from the kind that was set",
    "/Return/Status": "what was created is credited",
    "/ReturnNo": "of a cancelled one nobody asks it",
    "ChangedAt": "nobody asks when the ERP was last written to",
    "CreatedAt": "the same",
    "LineNo": "lines come in their order",
    "NetAmount": "the product of quantity and price",
    "OrderDate": "the day it was entered, in the ERP's zone",
    "Reason": "in the customer's words, which whoever returned it knows",
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


class Connector(Erp):
    def __init__(self, options: Options, reach: Reach) -> None:
        login = f"{options.user}:{options.password.get_secret_value()}"
        who = {"authorization": f"Basic {b64encode(login.encode()).decode()}"}
        http = HttpBackend("erp", options.url, reach, headers=who, timeout=options.timeout_seconds)
        self._erp = SoapBackend(http, _port(), FAULTS)

    async def get_customer(self, customer_id: str) -> Customer:
        return await self._ask("GetCustomer", {"CustNo": customer_id}, _customer)

    async def put_customer(self, customer_id: str, profile: CustomerProfile) -> Customer:
        return await self._ask("SaveCustomer", _profile(customer_id, profile), _customer)

    async def get_customer_by_external_id(self, external_id: str) -> Customer:
        return await self.get_customer(external_id)  # quirk 11

    async def retire_customer(self, customer_id: str) -> None:
        await self._ask("RetireCustomer", {"CustNo": customer_id}, dict)

    async def find_customers(
        self,
        name: str | None,
        email: str | None,
        postal_code: str | None,
        limit: int,
        cursor: str | None,
    ) -> v1.FoundCustomers:
        by = {"NameWords": name, "Email": email, "Zip": postal_code}
        wanted = {**by, "PageSize": limit, "Cursor": cursor}
        given = {field: value for field, value in wanted.items() if value is not None}
        return await self._ask("FindCustomers", given, _found)

    async def list_addresses(self, customer_id: str) -> list[v1.CustomerAddress]:
        return await self._ask("ListAddresses", {"CustNo": customer_id}, addresses.one_of_each)

    async def put_address(
        self, customer_id: str, kind: AddressKind, address: Address
    ) -> v1.CustomerAddress:
        held = await self._ask("ListAddresses", {"CustNo": customer_id}, addresses.listed)
        wanted = {
            "CustNo": customer_id,
            "Address": addresses.record_of(addresses.code_of(held, kind), kind, address),
        }
        return await self._ask("SaveAddress", wanted, lambda a: addresses.said(kind, a["Address"]))

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

    async def put_return(
        self, order_id: str, return_id: str, goods: v1.NewSalesReturn
    ) -> v1.SalesReturn:
        asked = returns.entry(order_id, return_id, goods)
        try:
            return await self._ask("CreateReturn", asked, lambda a: returns.said(a["Return"]))
        except DuplicateReference as duplicate:
            held = await self._returns(order_id)
            same = [one for one in held if returns.same(one, asked)]
            if not same:
                says = "erp: another return, or a withdrawn one, has this id"
                raise Rejected(says, status=409, kind="conflict") from duplicate
            return self._erp.read(same[0], returns.said)
        except NotConfirmed as problem:
            raise await self._not_confirmed(order_id, problem) from problem

    async def withdraw_return(self, order_id: str, return_id: str) -> None:
        with suppress(Missing):
            await self._ask("CancelReturn", {"ExtRef": order_id, "ReturnRef": return_id}, dict)

    async def list_returns(self, order_id: str) -> list[v1.SalesReturn]:
        held = await self._returns(order_id)
        return self._erp.read({"Return": held}, returns.standing)

    async def _returns(self, order_id: str) -> list[Tree]:
        asked = {"ExtRef": order_id}
        return await self._ask("ListReturns", asked, lambda a: list(a["Returns"]["Return"]))

    async def _not_confirmed(self, order_id: str, problem: NotConfirmed) -> Rejected:
        order = await self.get_sales_order(order_id)
        if order.status != "cancelled":
            return problem
        return Rejected("the order is cancelled", kind="cancelled", status=409)

    async def list_products(
        self, query: str | None, limit: int, cursor: str | None
    ) -> v1.ProductPage:
        wanted = catalogue.search(query, limit, cursor)
        return await self._ask("ListMaterials", wanted, catalogue.page)

    async def get_invoice(self, order_id: str) -> v1.Invoice:
        return await self._ask("GetInvoice", {"ExtRef": order_id}, catalogue.invoice)

    async def _ask(self, operation: str, values: Tree, reader: Callable[[Tree], T]) -> T:
        """All may be sent twice: saves set, moves repeat, and ExtRef tells a second create."""
        answer = await self._erp.call(operation, values, repeatable=True)
        return self._erp.read(answer, reader)


@cache
def _port() -> Port:
    """Once in a process: nobody edits what is vendored, and to read it takes some 40 ms."""
    return load(WSDL)


def _customer(answer: Tree) -> Customer:
    customer = answer["Customer"]
    return Customer(
        id=customer["CustNo"],
        external_id=customer["CustNo"],
        name=customer["Name1"] + (customer.get("Name2") or ""),
        email=customer["Email"] or "",
        phone=customer["Phone"],
        blocked=customer["Blocked"] == "Y",
    )


def _found(answer: Tree) -> v1.FoundCustomers:
    items = [
        v1.FoundCustomer(customer=_customer(match), addresses=addresses.one_of_each(match))
        for match in answer["Matches"]["Match"]
    ]
    return v1.FoundCustomers(items=items, next_cursor=answer.get("NextCursor"))


def _profile(customer_id: str, profile: CustomerProfile) -> Tree:
    """Everything a profile has, also what is empty (quirk 5); Blocked is the ERP's own to say."""
    return {
        "CustNo": customer_id,
        "Name1": profile.name[:60],
        "Name2": profile.name[60:] or None,
        "Email": profile.email,
        "Phone": profile.phone,
    }


def _price(answer: Tree) -> v1.ProductPrice:
    sold = answer["Price"]
    price = money(sold["NetPrice"], sold["Currency"])
    rate = f"{sold['TaxRate'].normalize():f}"
    return v1.ProductPrice(sku=sold["MatNo"], name=sold["Description"], price=price, tax_rate=rate)


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
        total=money(order["NetTotal"], currency),
    )


def _line(line: Tree, currency: str) -> v1.SalesOrderLine:
    price = money(line["UnitPrice"], currency)
    return v1.SalesOrderLine(sku=line["MatNo"], quantity=pieces(line["Qty"]), unit_price=price)
