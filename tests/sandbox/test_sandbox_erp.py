from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import zeep
from lxml import etree
from requests import Session
from requests.auth import HTTPBasicAuth
from zeep.transports import Transport

from sandbox.launch import Running

WSDL = Path(__file__).parents[2] / "sandbox" / "erp" / "erp.wsdl"
OPERATIONS = {
    "GetCustomer",
    "SaveCustomer",
    "RetireCustomer",
    "FindCustomers",
    "ListAddresses",
    "SaveAddress",
    "GetPrice",
    "CreateSalesOrder",
    "GetSalesOrder",
    "CancelSalesOrder",
    "ConfirmSalesOrder",
    "ListSalesOrders",
    "CreateReturn",
    "CancelReturn",
    "ListReturns",
    "ListMaterials",
    "GetInvoice",
}
ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    "{}</s:Body></s:Envelope>"
)

GET_ADA = '<GetCustomer xmlns="urn:sandbox-erp:sales:v1"><CustNo>C-1001</CustNo></GetCustomer>'


@pytest.fixture(scope="module")
def service(running: Running) -> Any:
    session = Session()
    session.auth = HTTPBasicAuth("strata", "sandbox")
    transport = Transport(session=session)  # type: ignore[no-untyped-call]
    wsdl = f"{running.urls['erp']}/soap?wsdl"
    return zeep.Client(wsdl, transport=transport).service  # type: ignore[no-untyped-call]


def line(mat_no: str = "LAMP-LED-A1", qty: str = "2", price: str = "49.99") -> dict[str, Any]:
    return {"MatNo": mat_no, "Qty": Decimal(qty), "UnitPrice": Decimal(price)}


def create(service: Any, ext_ref: str, *lines: dict[str, Any], **more: Any) -> Any:
    asked = {"CustNo": "C-1002", "Currency": "EUR", "Lines": {"Line": list(lines) or [line()]}}
    return service.CreateSalesOrder(ExtRef=ext_ref, **(asked | more))


def refusal(operation: Any, *args: Any, **fields: Any) -> dict[str, str]:
    """The BusinessFault an operation answers with."""
    with pytest.raises(zeep.exceptions.Fault) as caught:
        operation(*args, **fields)
    [fault] = caught.value.detail
    assert caught.value.code == "soap:Server"
    return {etree.QName(child).localname: child.text for child in fault}


def test_the_wsdl_file_declares_every_operation_with_its_fault() -> None:
    client = zeep.Client(str(WSDL))  # type: ignore[no-untyped-call]
    [service] = client.wsdl.services.values()
    [port] = service.ports.values()
    operations = port.binding._operations
    assert operations.keys() == OPERATIONS
    for operation in operations.values():
        assert list(operation.abstract.fault_messages) == ["BusinessFault"]


def test_a_retired_number_is_never_used_again(service: Any) -> None:
    service.SaveCustomer(CustNo="erp-gone", Name1="Ola Nordmann")
    service.RetireCustomer(CustNo="erp-gone")
    assert service.RetireCustomer(CustNo="erp-gone") == "erp-gone"

    none = {"Code": "NOT_FOUND", "Text": "Customer erp-gone does not exist", "Field": "CustNo"}
    assert refusal(service.GetCustomer, CustNo="erp-gone") == none
    again = refusal(service.SaveCustomer, CustNo="erp-gone", Name1="Ola Nordmann")
    assert (again["Code"], again["Field"]) == ("STATE", "CustNo")
    create(service, "erp-keeps-its-customer")
    ordered = refusal(service.RetireCustomer, CustNo="C-1002")
    assert (ordered["Code"], ordered["Field"]) == ("STATE", "Orders")


def test_a_search_needs_something_to_search_by(service: Any) -> None:
    nothing = refusal(service.FindCustomers)
    assert (nothing["Code"], nothing["Field"]) == ("INVALID", "NameWords")

    found = service.FindCustomers(NameWords="LINDQVIST ada", Zip="118 46")
    [match] = found["Matches"]["Match"]
    assert match["Customer"]["CustNo"] == "C-1001"
    assert {a["AddrCode"] for a in match["Addresses"]["Address"]} == {"BILL", "SHIP"}


def test_a_customer_with_addresses_and_an_order_go_round(service: Any) -> None:
    new = {"Name1": "Jana Nováková", "Email": "jana@example.com", "Phone": "+420 555"}
    service.SaveCustomer(CustNo="erp-round", **new)
    address = {"AddrCode": "SHIP", "AddrType": "D", "Street": "Dlouhá 1", "Zip": "110 00"}
    address |= {"City": "Praha", "Country": "CZ"}
    service.SaveAddress(CustNo="erp-round", Address=address)
    customer = service.GetCustomer(CustNo="erp-round")
    assert (customer.Name1, customer.Blocked, customer.Name2) == ("Jana Nováková", "N", None)
    [kept] = service.ListAddresses(CustNo="erp-round")
    assert (kept.AddrType, kept.City, kept.Country) == ("D", "Praha", "CZ")
    price = service.GetPrice(MatNo="KB-ISO-DE", Currency="EUR")
    assert (price.NetPrice, price.ValidTo) == (Decimal("129.00"), None)

    lines = [line("KB-ISO-DE", "1", "129.00"), line("CBL-USBC-2M", "3", "14.95")]
    more = {"CustNo": "erp-round", "PaymentRef": "pi_1", "DeliveryAddrCode": "SHIP"}
    created = create(service, "erp-round-1", *lines, **more)
    assert (created.Status, created.NetTotal) == ("10", Decimal("173.85"))
    assert created.OrderNo.startswith("45")
    order = service.GetSalesOrder(ExtRef="erp-round-1")
    assert [(each.LineNo, each.MatNo) for each in order.Lines.Line] == [
        (10, "KB-ISO-DE"),
        (20, "CBL-USBC-2M"),
    ]
    assert (order.OrderNo, order.PaymentRef) == (created.OrderNo, "pi_1")
    assert isinstance(order.OrderDate, date)
    assert isinstance(order.CreatedAt, datetime)
    for _ in range(2):
        assert service.ConfirmSalesOrder(ExtRef="erp-round-1").Status == "20"
    for _ in range(2):
        assert service.CancelSalesOrder(ExtRef="erp-round-1").Status == "90"


def test_an_absent_field_stays_and_a_nil_field_is_emptied(service: Any) -> None:
    service.SaveCustomer(CustNo="erp-nil", Name1="A", Email="a@example.com", Phone="1")
    kept = service.SaveCustomer(CustNo="erp-nil", Name1="B", Phone=zeep.xsd.Nil)
    assert (kept.Name1, kept.Email, kept.Phone) == ("B", "a@example.com", None)


def test_a_duplicate_reference_names_the_order_that_has_it(service: Any) -> None:
    first = create(service, "erp-twice")
    fault = refusal(create, service, "erp-twice", line(qty="9"))
    assert (fault["Code"], fault["OrderNo"]) == ("DUPLICATE_REFERENCE", first.OrderNo)


@pytest.mark.parametrize(
    ("order", "code", "field"),
    [
        ({"CustNo": "nobody"}, "NOT_FOUND", "CustNo"),
        ({"Currency": "USD"}, "INVALID", "Currency"),
        ({"Lines": {"Line": [line("NOPE")]}}, "INVALID", "Lines/Line[1]/MatNo"),
        ({"Lines": {"Line": [line(), line(qty="0")]}}, "INVALID", "Lines/Line[2]/Qty"),
        ({"Lines": {"Line": [line(price="-1")]}}, "INVALID", "Lines/Line[1]/UnitPrice"),
        ({"DeliveryAddrCode": "BILL"}, "INVALID", "DeliveryAddrCode"),
    ],
)
def test_a_bad_order_is_a_typed_fault_that_names_the_field(
    service: Any, order: dict[str, Any], code: str, field: str
) -> None:
    fault = refusal(create, service, "erp-bad", **order)
    assert (fault["Code"], fault["Field"]) == (code, field)
    assert refusal(service.GetSalesOrder, ExtRef="erp-bad")["Code"] == "NOT_FOUND"


def test_a_blocked_customer_may_not_order(service: Any) -> None:
    service.SaveCustomer(CustNo="erp-blocked", Name1="B", Blocked="Y")
    assert refusal(create, service, "erp-no", CustNo="erp-blocked")["Code"] == "STATE"


def test_a_cancelled_order_cannot_be_confirmed(service: Any) -> None:
    create(service, "erp-state")
    service.CancelSalesOrder(ExtRef="erp-state")
    assert refusal(service.ConfirmSalesOrder, ExtRef="erp-state")["Code"] == "STATE"
    assert refusal(service.CancelSalesOrder, ExtRef="erp-none")["Code"] == "NOT_FOUND"


def test_unknown_customers_and_materials_are_not_found(service: Any) -> None:
    for operation, fields in (
        (service.GetCustomer, {"CustNo": "nobody"}),
        (service.ListAddresses, {"CustNo": "nobody"}),
        (service.ListSalesOrders, {"CustNo": "nobody"}),
        (service.GetPrice, {"MatNo": "NOPE", "Currency": "EUR"}),
    ):
        assert refusal(operation, **fields)["Code"] == "NOT_FOUND"
    wrong = refusal(service.GetPrice, MatNo="DOCK-TB4", Currency="USD")
    assert (wrong["Code"], wrong["Field"]) == ("INVALID", "Currency")


def test_orders_are_listed_newest_first_page_by_page(service: Any) -> None:
    for number in range(3):
        create(service, f"erp-page-{number}", CustNo="C-1003")
    first = service.ListSalesOrders(CustNo="C-1003", PageSize=2)
    second = service.ListSalesOrders(CustNo="C-1003", PageSize=2, Cursor=first.NextCursor)
    orders = [*first.Orders.SalesOrder, *second.Orders.SalesOrder]
    assert [order.ExtRef for order in orders] == ["erp-page-2", "erp-page-1", "erp-page-0"]
    assert second.NextCursor is None
    assert refusal(service.ListSalesOrders, CustNo="C-1003", Cursor="x")["Field"] == "Cursor"


async def test_every_answer_is_valid_by_the_published_schema(erp: httpx.AsyncClient) -> None:
    element = next(etree.parse(WSDL).iter("{http://www.w3.org/2001/XMLSchema}schema"))
    schema = etree.XMLSchema(etree.fromstring(etree.tostring(element)))
    for asked in (
        "<GetCustomer {}><CustNo>C-1001</CustNo></GetCustomer>",
        "<SaveCustomer {}><CustNo>C-1001</CustNo><Name1>Ada Lindqvist</Name1></SaveCustomer>",
        "<ListAddresses {}><CustNo>C-1001</CustNo></ListAddresses>",
        "<GetPrice {}><MatNo>DOCK-TB4</MatNo><Currency>EUR</Currency></GetPrice>",
        "<ListSalesOrders {}><CustNo>C-1002</CustNo></ListSalesOrders>",
        "<GetSalesOrder {}><ExtRef>nope</ExtRef></GetSalesOrder>",
    ):
        text = ENVELOPE.format(asked.format('xmlns="urn:sandbox-erp:sales:v1"'))
        reply = await erp.post("/soap", content=text)
        [body] = etree.fromstring(reply.content)
        [content] = body.findall("*/detail/*") or list(body)
        schema.assertValid(content)


@pytest.mark.parametrize(
    "text",
    [
        "<unclosed",
        "<hello/>",
        ENVELOPE.format(""),
        ENVELOPE.format('<Nothing xmlns="urn:sandbox-erp:sales:v1"/>'),
        ENVELOPE.format('<GetCustomer xmlns="urn:sandbox-erp:sales:v1"/>'),
        "<!DOCTYPE a [<!ELEMENT b ANY>]>" + ENVELOPE.format(GET_ADA),
    ],
)
async def test_what_is_not_a_proper_call_is_a_client_fault(
    erp: httpx.AsyncClient, text: str
) -> None:
    reply = await erp.post("/soap", content=text)
    assert reply.status_code == 500
    assert "<faultcode>soap:Client</faultcode>" in reply.text


async def test_a_soap_action_of_another_operation_is_a_client_fault(erp: httpx.AsyncClient) -> None:
    for action, status in (("GetCustomer", 200), ("GetPrice", 500)):
        headers = {"soapaction": f'"urn:sandbox-erp:sales:v1/{action}"'}
        reply = await erp.post("/soap", content=ENVELOPE.format(GET_ADA), headers=headers)
        assert reply.status_code == status


async def test_a_wrong_password_gets_an_html_page(erp: httpx.AsyncClient) -> None:
    reply = await erp.post("/soap", content="", auth=("strata", "guess"))
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == 'Basic realm="ERP"'
    assert reply.text.startswith("<html>")
