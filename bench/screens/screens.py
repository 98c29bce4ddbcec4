"""The screens that are measured: what a consumer asks for when it opens each."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bench.screens.population import Population
from runtime.contracts.contract import Contract, Operation
from sandbox.seed import read_seed

SKU = "CBL-USBC-2M"


class Screen(NamedTuple):
    """`places`: of a customer, every one there is to ask for; the first is the one that is timed."""

    api: str
    operation: str
    places: Callable[[Population, str], list[str]]
    body: Any = None

    @property
    def name(self) -> str:
        return f"{self.api.removeprefix('experience/')} {self.operation}"

    @property
    def contracted(self) -> Operation:
        return Contract.load(f"{self.api}/v1").operations[self.operation]

    @property
    def budget(self) -> int | None:
        """Bytes at most, as the contract says."""
        return self.contracted.document.get("x-max-bytes")


def at(path: str) -> Callable[[Population, str], list[str]]:
    return lambda _people, _customer: [path]


def of_each_order(path: str) -> Callable[[Population, str], list[str]]:
    return lambda people, customer: [path.format(id) for id in people.orders[customer]]


MOBILE, WEB, PARTNER = "experience/mobile", "experience/web", "experience/partner"
CART = {
    "currency": "EUR",
    "lines": [{"sku": product["sku"], "quantity": 1} for product in read_seed().products],
}

SCREENS = (
    Screen(MOBILE, "getHome", at("/home")),
    Screen(MOBILE, "listOrders", at("/orders")),
    Screen(MOBILE, "trackOrder", of_each_order("/orders/{}")),
    Screen(MOBILE, "getChanges", at("/changes")),
    Screen(MOBILE, "getProfile", at("/profile")),
    Screen(MOBILE, "getNotificationSettings", at("/settings/notifications")),
    Screen(WEB, "listProducts", at("/products?currency=EUR")),
    Screen(WEB, "getProduct", at(f"/products/{SKU}?currency=EUR")),
    Screen(WEB, "checkCart", at("/cart/availability"), CART),
    Screen(WEB, "listOrders", at("/orders")),
    Screen(WEB, "getOrder", of_each_order("/orders/{}")),
    Screen(WEB, "getAccount", at("/account")),
    Screen(WEB, "listAddresses", at("/account/addresses")),
    Screen(PARTNER, "listOrders", at("/orders")),
    Screen(PARTNER, "trackOrder", of_each_order("/orders/{}/tracking")),
    Screen(PARTNER, "listStockChanges", at("/stock")),
)


def scopes() -> list[str]:
    """All that a customer needs to open them."""
    return sorted({scope for screen in SCREENS for scope in screen.contracted.scopes})
