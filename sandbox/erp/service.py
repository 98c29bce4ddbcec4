"""The SOAP endpoint: who may call, what is asked, one transaction, the answer."""

import sqlite3
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from lxml import etree

from sandbox.clock import Clock, utc_text
from sandbox.erp import customers, invoices, materials, orders, prices, returns
from sandbox.erp.soap import (
    SoapFaultError,
    Tree,
    answer_envelope,
    decode,
    fault_envelope,
    read_envelope,
)
from sandbox.erp.wsdl import NAMESPACE, load_schema, published
from sandbox.messages import Json, Reply, Request, html_reply
from sandbox.store import transaction

BASIC = "Basic " + b64encode(b"strata:sandbox").decode()
TITLES = {401: "401 Unauthorized", 404: "404 Not Found", 429: "429 Too Many Requests"}

OPERATIONS: Mapping[str, Callable[[sqlite3.Connection, Any, str], Tree]] = {
    "GetCustomer": customers.get,
    "SaveCustomer": customers.save,
    "RetireCustomer": customers.retire,
    "FindCustomers": customers.find,
    "ListAddresses": customers.list_addresses,
    "SaveAddress": customers.save_address,
    "GetPrice": prices.get,
    "CreateSalesOrder": orders.create,
    "GetSalesOrder": orders.get,
    "CancelSalesOrder": returns.cancel_order,
    "ConfirmSalesOrder": invoices.confirm_order,
    "ListSalesOrders": orders.listing,
    "CreateReturn": returns.create,
    "CancelReturn": returns.cancel,
    "ListReturns": returns.listing,
    "ListMaterials": materials.listing,
    "GetInvoice": invoices.get,
}


class Erp:
    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self.db, self.clock, self._schema = db, clock, load_schema()
        db.create_function("fold", 1, lambda text: text and text.casefold(), deterministic=True)

    @property
    def operations(self) -> Sequence[str]:
        return ["wsdl", *OPERATIONS]

    @property
    def own_faults(self) -> Mapping[str, Callable[[], Reply]]:
        fault = SoapFaultError("Server", "Runtime error: the application server gave up")
        return {"soap_fault": lambda: fault_envelope(fault)}

    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        return {
            ("POST", "surcharge"): self._surcharge,
            ("POST", "materials"): self._discontinue,
        }

    def _surcharge(self, amount: Json) -> Json:
        with transaction(self.db):
            orders.surcharge(self.db, amount)
        return {"surcharge": amount}

    def _discontinue(self, order: Json) -> Json:
        with transaction(self.db):
            materials.discontinue(self.db, order)
        return order

    def operation_of(self, request: Request) -> str:
        if request.method == "GET" and "wsdl" in request.query:
            return "wsdl"
        try:
            name = etree.QName(read_envelope(request.body)).localname
        except SoapFaultError:
            return "unknown"
        return name if name in OPERATIONS else "unknown"

    def answer(self, request: Request) -> Reply:
        if request.path != "/soap":
            return self.refuse(404, f"Nothing is at {request.path}")
        if request.method == "GET" and "wsdl" in request.query:
            text = published(request.headers.get("host", ""))
            return Reply(200, text, {"content-type": "text/xml; charset=utf-8"})
        if not compare_digest(request.headers.get("authorization", "").encode(), BASIC.encode()):
            refusal = self.refuse(401, "User or password is wrong")
            return refusal.with_header("www-authenticate", 'Basic realm="ERP"')
        if request.method != "POST":
            return self.refuse(405, "POST a SOAP message")
        try:
            return self._perform(request)
        except SoapFaultError as fault:
            return fault_envelope(fault)

    def _perform(self, request: Request) -> Reply:
        element = read_envelope(request.body)
        operation = self._check(element, request.headers.get("soapaction", ""))
        with transaction(self.db):
            result = OPERATIONS[operation](self.db, decode(element), utc_text(self.clock.now()))
        return answer_envelope(operation, result)

    def _check(self, element: etree._Element, action: str) -> str:
        name = etree.QName(element)
        if name.namespace != NAMESPACE or name.localname not in OPERATIONS:
            raise SoapFaultError("Client", f"Unknown operation {name.text}")
        if action.strip('"') not in ("", f"{NAMESPACE}/{name.localname}"):
            raise SoapFaultError("Client", f"SOAPAction {action} is not {name.localname}")
        try:
            self._schema.assertValid(element)
        except etree.DocumentInvalid as error:
            raise SoapFaultError("Client", f"Not valid: {error}") from error
        return name.localname

    def refuse(self, status: int, message: str) -> Reply:
        return html_reply(status, TITLES.get(status, f"{status} Error"), message)

    def state(self) -> Json:
        found = customers.state(self.db) | prices.state(self.db) | orders.state(self.db)
        found |= returns.state(self.db)
        return found | materials.state(self.db) | invoices.state(self.db)
