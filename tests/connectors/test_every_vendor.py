"""What holds for every vendor, asked of a new one the moment its file exists.

Here are its form and its bad days, which need no vendor to run; what each port promises on good
days is proved by the test_every_<capability> files beside this one.
"""

import importlib
import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from connectors.reach import Reach
from contracts.models.canonical import (
    Address,
    Channels,
    ContactPreferences,
    CustomerProfile,
    Money,
    OrderLine,
    PaymentMethod,
)
from contracts.models.system.compliance.v1 import Decision, Subject
from contracts.models.system.crm.v1 import AccountProfile, NewActivity
from contracts.models.system.erp.v1 import NewSalesOrder, NewSalesReturn, SalesOrderLine
from contracts.models.system.notifications.v1 import NewMessage
from runtime.calls.http import Lost, Reply, Request, Sender, Silent, TooLarge, Unreached
from runtime.problems import Misconfigured, Problem, Unavailable
from tests.connectors.stripe_events import of_theirs
from tests.connectors.vendors import (
    PORTS,
    SIGNED_WITH,
    VENDORS,
    capability_of,
    examples,
    made_up_options,
    speaks_http,
)

EUR = Money(amount="10.00", currency="EUR")
EMAIL, NAME, TOKEN = "ada@example.com", "Ada Lindqvist", "pm_secretive"
ADDRESS = Address(street="Gata 1", city="Malmö", postal_code="211 20", country="SE")
ORDER = NewSalesOrder(
    customer_id="C-1001",
    currency="EUR",
    lines=[SalesOrderLine(sku="KB-ISO-DE", quantity=1, unit_price=EUR)],
)
ONE = [OrderLine(sku="KB-ISO-DE", quantity=1)]
GOODS = NewSalesReturn(lines=ONE, reason=f"{NAME} did not like it")
ACTIVITY = NewActivity(kind="note", subject=NAME, at=datetime(2026, 1, 1, tzinfo=UTC))
ALL = Channels(email=True, sms=True, push=True)
TOLD = ContactPreferences(order_news=ALL, marketing=ALL)
ORDER_ID = "ord_0123456789abcdefghij"
RECORD_ID = "001Sb0000000001IAA"
SUBJECT = Subject(kind="person", name=NAME, country="SE", email=EMAIL)
DECISION = Decision(outcome="clear", by="ops-7", reason=f"not that {NAME}")
MESSAGE = NewMessage(to=EMAIL, subject=f"Welcome, {NAME}", text="Hello")

CALLS: dict[str, dict[str, Callable[[Any], Awaitable[object]]]] = {
    "compliance": {
        "put_screening": lambda compliance: compliance.put_screening("S-1", SUBJECT),
        "get_screening": lambda compliance: compliance.get_screening("S-1"),
        "decide": lambda compliance: compliance.decide("S-1", DECISION),
    },
    "crm": {
        "get_account": lambda crm: crm.get_account("C-1001"),
        "get_account_by_external_id": lambda crm: crm.get_account_by_external_id(RECORD_ID),
        "find_accounts": lambda crm: crm.find_accounts(EMAIL),
        "put_account": lambda crm: crm.put_account("C-1", AccountProfile(name=NAME, email=EMAIL)),
        "remove_account": lambda crm: crm.remove_account("C-1"),
        "get_preferences": lambda crm: crm.get_preferences("C-1001"),
        "put_preferences": lambda crm: crm.put_preferences("C-1001", TOLD),
        "list_activities": lambda crm: crm.list_activities("C-1001", 10, None),
        "put_activity": lambda crm: crm.put_activity("C-1001", "a", ACTIVITY),
    },
    "erp": {
        "get_customer": lambda erp: erp.get_customer("C-1001"),
        "get_customer_by_external_id": lambda erp: erp.get_customer_by_external_id("1001"),
        "put_customer": lambda erp: erp.put_customer(
            "C-1", CustomerProfile(name=NAME, email=EMAIL)
        ),
        "retire_customer": lambda erp: erp.retire_customer("C-1"),
        "find_customers": lambda erp: erp.find_customers(NAME, EMAIL, "1", 10, None),
        "list_addresses": lambda erp: erp.list_addresses("C-1001"),
        "put_address": lambda erp: erp.put_address("C-1001", "billing", ADDRESS),
        "product_price": lambda erp: erp.product_price("KB-ISO-DE", "EUR"),
        "put_sales_order": lambda erp: erp.put_sales_order(ORDER_ID, ORDER),
        "get_sales_order": lambda erp: erp.get_sales_order(ORDER_ID),
        "cancel_sales_order": lambda erp: erp.cancel_sales_order(ORDER_ID),
        "confirm_sales_order": lambda erp: erp.confirm_sales_order(ORDER_ID),
        "put_return": lambda erp: erp.put_return(ORDER_ID, "B-1", GOODS),
        "withdraw_return": lambda erp: erp.withdraw_return(ORDER_ID, "B-1"),
        "list_returns": lambda erp: erp.list_returns(ORDER_ID),
        "list_products": lambda erp: erp.list_products(NAME, 10, None),
        "get_invoice": lambda erp: erp.get_invoice(ORDER_ID),
    },
    "inventory": {
        "list_stock": lambda inventory: inventory.list_stock(["KB-ISO-DE"]),
        "put_reservation": lambda inventory: inventory.put_reservation("R-1", ONE, 900),
        "get_reservation": lambda inventory: inventory.get_reservation("R-1"),
        "release_reservation": lambda inventory: inventory.release_reservation("R-1"),
        "commit_reservation": lambda inventory: inventory.commit_reservation("R-1"),
        "put_receipt": lambda inventory: inventory.put_receipt("B-1", ONE),
        "get_receipt": lambda inventory: inventory.get_receipt("B-1"),
    },
    "notifications": {
        "put_message": lambda notifications: notifications.put_message("M-1", MESSAGE),
        "get_message": lambda notifications: notifications.get_message("M-1"),
    },
    "payments": {
        "authorize": lambda payments: payments.authorize("P-1", EUR, PaymentMethod(token=TOKEN)),
        "get_payment": lambda payments: payments.get_payment("P-1"),
        "capture": lambda payments: payments.capture("P-1"),
        "void": lambda payments: payments.void("P-1"),
        "refund": lambda payments: payments.refund("P-1", "r1", EUR),
        "verify": lambda payments: payments.verify(*of_theirs(SIGNED_WITH)),
    },
    **{capability: made.CALLS for capability, made in examples().items()},
}
"""Every method of every port, with arguments it may be called with."""

ASKS_NOBODY = {("connectors.payments.soap_gateway", "verify")}
"""What a vendor answers without its backend."""


def answers(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> Sender:
    async def sender(_request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        return Reply(status, list(headers), body)

    return sender


def fails(error: type[Exception]) -> Sender:
    async def sender(_request: Request, /, *, timeout: float) -> Reply:
        raise error(f"within {timeout} seconds")

    return sender


BAD_DAYS: dict[str, tuple[Sender, int]] = {
    "a page of HTML": (answers(200, b"<html><h1>We will be right back</h1></html>"), 502),
    "an empty answer": (answers(200, b""), 502),
    "half an answer": (answers(200, b'{"data": [{"id": "'), 502),
    "another kind of answer": (answers(200, b'{"hello": "world"}'), 502),
    "an answer that is no object": (answers(200, b"[1, 2]"), 502),
    "a redirect": (answers(302, b"", (b"location", b"http://elsewhere.test/")), 502),
    "an answer over the cap": (fails(TooLarge), 502),
    "a failure": (answers(500, b"Internal Server Error"), 502),
    "a bad gateway": (answers(502, b"<html>Bad Gateway</html>"), 502),
    "a broken connection": (fails(Lost), 502),
    "too much to do": (answers(503, b"", (b"retry-after", b"7")), 503),
    "too many calls": (answers(429, b"", (b"retry-after", b"7")), 503),
    "nobody there": (fails(Unreached), 503),
    "silence": (fails(Silent), 504),
    "a silent gateway": (answers(504, b""), 504),
}
"""What a backend or something in its way does, and the status it is to our callers."""

REFUSALS = {"unauthorized": 401, "forbidden": 403, "unauthorized by a proxy": 407}

MODULES = [importlib.import_module(vendor) for vendor in VENDORS]
BY_HTTP = [module.__name__ for module in MODULES if speaks_http(module)]

every_vendor = pytest.mark.parametrize("module", MODULES, ids=VENDORS)
every_vendor_by_http = pytest.mark.parametrize(
    "module", [importlib.import_module(vendor) for vendor in BY_HTTP], ids=BY_HTTP
)
every_method_by_http = pytest.mark.parametrize(
    ("vendor", "method"),
    [
        (vendor, method)
        for vendor in BY_HTTP
        for method in CALLS[capability_of(vendor)]
        if (vendor, method) not in ASKS_NOBODY
    ],
)


@pytest.mark.parametrize("capability", PORTS)
def test_no_method_of_a_port_is_left_out_here(capability: str) -> None:
    assert set(CALLS[capability]) == PORTS[capability].__abstractmethods__


@every_vendor
def test_it_can_do_all_its_port_asks(module: ModuleType) -> None:
    port = PORTS[capability_of(module.__name__)]

    assert issubclass(module.Connector, port)
    assert not inspect.isabstract(module.Connector)
    inspect.signature(module.Connector).bind("options", "reach")
    for name in port.__abstractmethods__:
        asked, given = (inspect.signature(getattr(c, name)) for c in (port, module.Connector))
        assert given == asked, name


@every_vendor
def test_it_says_why_its_quirks_matter(module: ModuleType) -> None:
    assert module.__doc__ is not None
    assert "why this matters" in module.__doc__.lower() or "\n1. " not in module.__doc__


@every_vendor
def test_a_misspelt_option_is_named(module: ModuleType) -> None:
    with pytest.raises(ValidationError) as caught:
        module.Options.model_validate(made_up_options(module) | {"tiemout": 3})

    assert [error["loc"] for error in caught.value.errors()] == [("tiemout",)]


@pytest.mark.parametrize(
    "url", ["", "vendor.test", "ftp://vendor.test", "http://me:secret@vendor.test", "http://a?b=c"]
)
@every_vendor_by_http
def test_a_url_that_cannot_be_right_is_named(module: ModuleType, url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        module.Options.model_validate(made_up_options(module) | {"url": url})

    assert [error["loc"] for error in caught.value.errors()] == [("url",)]


@every_vendor
def test_its_options_keep_their_secrets(module: ModuleType) -> None:
    options = module.Options.model_validate(made_up_options(module))

    assert options.model_config.get("frozen")
    assert not any(secret in repr(options) for secret in secrets(options))
    assert secrets(options), "a backend of ours asks who we are"


def secrets(options: Any) -> list[str]:
    return [value.get_secret_value() for _, value in options if isinstance(value, SecretStr)]


def connector(vendor: str, sender: Sender) -> Any:
    """Too short a time for a second attempt: what one answer becomes is what is asked here."""
    module = importlib.import_module(vendor)
    options = made_up_options(module) | {"timeout_seconds": 0.05}
    return module.Connector(module.Options.model_validate(options), Reach(sender))


@pytest.mark.parametrize("bad_day", BAD_DAYS)
@every_method_by_http
async def test_a_bad_day_is_told_as_what_it_is(vendor: str, method: str, bad_day: str) -> None:
    sender, status = BAD_DAYS[bad_day]

    with pytest.raises(Unavailable) as caught:
        await CALLS[capability_of(vendor)][method](connector(vendor, sender))

    assert caught.value.code == status
    assert not isinstance(caught.value, Misconfigured)


@pytest.mark.parametrize("refusal", REFUSALS)
@every_method_by_http
async def test_our_own_refused_credentials_are_for_an_operator(
    vendor: str, method: str, refusal: str
) -> None:
    sender = answers(REFUSALS[refusal], b"<html>Who are you?</html>")

    with pytest.raises(Misconfigured) as caught:
        await CALLS[capability_of(vendor)][method](connector(vendor, sender))

    assert caught.value.code == 502


@every_method_by_http
async def test_nothing_secret_or_personal_gets_into_a_problem_or_the_log(
    vendor: str, method: str
) -> None:
    told = f"{EMAIL} {NAME} {TOKEN} made-up".encode()

    for status in (200, 400, 404, 409, 422, 500):
        with capture_logs() as lines, pytest.raises(Problem) as caught:
            await CALLS[capability_of(vendor)][method](connector(vendor, answers(status, told)))

        said = f"{caught.value.document} {lines}"
        assert lines
        for word in (EMAIL, NAME, TOKEN, "made-up"):
            assert word not in said
