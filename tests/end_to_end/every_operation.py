"""A request of every operation of the Experience layer, and which systems its answer hangs on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.contracts.contract import Contract, contract_names
from tests.end_to_end.onboarding import somebody

MOBILE, WEB, PARTNER = "experience/mobile", "experience/web", "experience/partner"

CARD = {"token": "pm_card_visa"}
CART = {"currency": "EUR", "lines": [{"sku": "LAMP-LED-A1", "quantity": 1}]}
ORDERING = frozenset({"erp", "inventory", "payments"})
CATALOGUE = frozenset({"erp", "inventory"})
SIGNING_UP = frozenset({"erp", "crm", "compliance"})
"""The welcome is sent when everything else is done, however long that takes."""

Known = Mapping[str, str]
"""Ids and versions by name, for paths and bodies."""
Body = Callable[[Known], Any]


@dataclass(frozen=True)
class Request:
    """`parts`: the systems it can do without, and says so; `needs`: those it cannot. Others are not asked.
    `kept`: what it shows may be half a minute old without a word, and an hour with one."""

    path: str
    body: Body | None = None
    parts: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    kept: bool = False


def always(body: Any) -> Body:
    return lambda _known: body


def reading(path: str, *parts: str) -> Request:
    return Request(path, parts=frozenset(parts))


def needing(path: str, *needs: str, body: Body | None = None) -> Request:
    return Request(path, body, needs=frozenset(needs))


def profile(known: Known) -> Any:
    return {"name": "Ann Berg-Hill", "email": "ann@example.com", "version": known["version"]}


def sign_up(_known: Known) -> Any:
    return {name: value for name, value in somebody().items() if name != "kind"}


def web_sign_up(_known: Known) -> Any:
    return somebody()


def partner_order(known: Known) -> Any:
    return {**CART, "reference": known["reference"], "payment": CARD}


CHANNELS = {"email": True, "sms": False, "push": True}
RETURN = always({"reason": "too many", "lines": [{"sku": "LAMP-LED-A1", "quantity": 1}]})
ADDRESS = always(
    {"street": "Götgatan 14", "city": "Stockholm", "postalCode": "118 46", "country": "SE"}
)
SUBSCRIPTION = always({"url": "https://shop.example/hooks", "eventTypes": ["order.placed"]})

REQUESTS: Mapping[str, Mapping[str, Request]] = {
    MOBILE: {
        "getHome": reading("/home", "erp", "crm"),
        "listOrders": reading("/orders"),
        "trackOrder": reading("/orders/{order}"),
        "reorder": needing("/orders/{order}/reorder", *ORDERING, body=always({"payment": CARD})),
        "getChanges": reading("/changes"),
        "getProfile": needing("/profile", "erp"),
        "putProfile": needing("/profile", "erp", "crm", body=profile),
        "getNotificationSettings": needing("/settings/notifications", "crm"),
        "putNotificationSettings": needing(
            "/settings/notifications",
            "crm",
            body=always({"orderNews": CHANNELS, "marketing": CHANNELS}),
        ),
        "signUp": needing("/sign-ups", *SIGNING_UP, body=sign_up),
        "getSignUp": reading("/sign-ups/{sign_up}"),
    },
    WEB: {
        "listProducts": Request(
            "/products?currency=EUR",
            parts=frozenset({"inventory"}),
            needs=frozenset({"erp"}),
            kept=True,
        ),
        "getProduct": Request("/products/LAMP-LED-A1?currency=EUR", parts=CATALOGUE, kept=True),
        "checkCart": Request("/cart/availability", always(CART), parts=CATALOGUE, kept=True),
        "checkout": needing("/checkout", *ORDERING, body=always({**CART, "payment": CARD})),
        "listOrders": reading("/orders"),
        "getOrder": reading("/orders/{order}"),
        "followOrder": reading("/orders/{order}/events"),
        "cancelOrder": needing("/orders/{to_cancel}/cancel", *ORDERING),
        "getInvoice": needing("/orders/{order}/invoice", "erp"),
        "returnOrder": needing("/orders/{to_return}/returns", *ORDERING, body=RETURN),
        "listReturns": reading("/orders/{returned}/returns"),
        "getReturn": reading("/orders/{returned}/returns/{return}"),
        "getAccount": reading("/account", "erp", "crm"),
        "updateAccount": needing("/account", "erp", "crm", body=profile),
        "getAccountUpdate": reading("/account/updates/{update}"),
        "listAddresses": reading("/account/addresses", "erp"),
        "putAddress": needing("/account/addresses/delivery", "erp", body=ADDRESS),
        "signUp": needing("/sign-ups", *SIGNING_UP, body=web_sign_up),
        "getSignUp": reading("/sign-ups/{sign_up}"),
    },
    PARTNER: {
        "placeOrder": needing("/orders", *ORDERING, body=partner_order),
        "listOrders": reading("/orders"),
        "getOrder": reading("/orders/{order}"),
        "trackOrder": reading("/orders/{order}/tracking"),
        "cancelOrder": needing("/orders/{to_cancel}/cancel", *ORDERING),
        "returnOrder": needing("/orders/{to_return}/returns", *ORDERING, body=RETURN),
        "listReturns": reading("/orders/{returned}/returns"),
        "getReturn": reading("/orders/{returned}/returns/{return}"),
        "placeBulk": needing(
            "/bulk-orders", *ORDERING, body=lambda known: {"orders": [partner_order(known)]}
        ),
        "getBulk": reading("/bulk-orders/{bulk}"),
        "listBulkLines": reading("/bulk-orders/{bulk}/lines"),
        "listStockChanges": needing("/stock", "erp", "inventory"),
        "getUsage": reading("/usage"),
        "createSubscription": Request("/subscriptions", SUBSCRIPTION),
        "listSubscriptions": reading("/subscriptions"),
        "getSubscription": reading("/subscriptions/{subscription}"),
        "putSubscription": Request("/subscriptions/{subscription}", SUBSCRIPTION),
        "deleteSubscription": reading("/subscriptions/{to_delete}"),
        "rotateSecret": reading("/subscriptions/{subscription}/secret"),
    },
}


def operations() -> Iterator[tuple[Contract, str]]:
    """Every operation of the layer, by its contracts."""
    for name in contract_names():
        if name.startswith("experience/"):
            contract = Contract.load(name)
            yield from ((contract, operation) for operation in contract.operations)
