"""The products page by page, by their codes."""

from functools import partial

from connectors.erp import is_sku
from connectors.erp.tryton.catalogue import SOLD, Catalogue, Sold, product_price
from connectors.erp.tryton.searches import plain
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Domain, View
from contracts.models.system.erp.v1 import Product, ProductPage

Listed = tuple[Sold, bool]
"""And whether it is sold still."""

LISTED: View[Listed] = View(
    SOLD.model, (*SOLD.fields, "active"), lambda row: (SOLD.made_of(row), bool(row["active"]))
)
BY_CODE = [["code", "ASC"], ["id", "ASC"]]


class Listing:
    def __init__(self, tryton: Session, catalogue: Catalogue) -> None:
        self._tryton = tryton
        self._catalogue = catalogue

    async def page(self, query: str | None, limit: int, cursor: str | None) -> ProductPage:
        currency = await self._catalogue.currency()
        domain = [*_sold_after(cursor or ""), *_like(query)]
        found = await self._tryton.find(LISTED, domain, most=limit + 1, order=BY_CODE)
        return self._tryton.read(partial(_page, currency, limit), found)


def _sold_after(code: str) -> Domain:
    """With what has been deactivated since, which a search leaves out unless it is asked for."""
    return [["salable", "=", True], ["active", "in", [True, False]], ["code", ">", code]]


def _like(query: str | None) -> Domain:
    if query is None:
        return []
    part = f"%{plain(query)}%"
    return [["OR", ["code", "ilike", part], ["name", "ilike", part]]]


def _page(currency: str, limit: int, found: list[Listed]) -> ProductPage:
    page = found[:limit]
    oldest = {sold.product.sku: (sold, active) for sold, active in reversed(page)}
    items = [_product(currency, *oldest[sku]) for sku in sorted(oldest) if is_sku(sku)]
    more = len(found) > limit
    return ProductPage(items=items, next_cursor=page[-1][0].product.sku if more else None)


def _product(currency: str, sold: Sold, active: bool) -> Product:
    price = product_price(currency, sold).price if active else None
    return Product(sku=sold.product.sku, name=sold.name, price=price, active=active)
