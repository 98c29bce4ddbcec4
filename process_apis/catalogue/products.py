"""What can be bought: the ERP says what and for how much, the warehouse how much there is."""

import asyncio
from collections.abc import Sequence

from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.inventory.v1 import InventoryClient
from contracts.models.canonical import Money
from contracts.models.process.catalogue.v1 import Product, ProductPage, ProductView
from contracts.models.system.erp.v1 import Product as Listed
from contracts.models.system.erp.v1 import ProductPrice
from process_apis.catalogue.parts import SHARE, Parts
from runtime.context import sooner
from runtime.problems import Rejected

erp, inventory = ErpClient(), InventoryClient()


async def product_page(
    currency: str, query: str | None, limit: int, cursor: str | None
) -> ProductPage:
    """Without the ERP there is nothing to list: what keeps it from answering is raised."""
    parts = Parts()
    with sooner(SHARE):
        page = await parts.have("price", erp.list_products(q=query, limit=limit, cursor=cursor))
    sold = [product for product in page.items if product.active]
    with sooner(SHARE):
        stock = await parts.ask("availability", available([product.sku for product in sold]))
    return ProductPage(
        items=[_product(product, currency, stock) for product in sold],
        next_cursor=page.next_cursor,
        degraded=parts.degraded,
        kept=parts.kept,
    )


async def product_view(sku: str, currency: str) -> ProductView:
    """Missing when the ERP sells no such product; Rejected when it is not sold in this currency."""
    parts = Parts()
    with sooner(SHARE):
        sold, stock = await asyncio.gather(
            parts.ask("price", _price(sku, currency)),
            parts.ask("availability", available([sku])),
        )
    parts.refuse_nothing()
    return ProductView(
        sku=sku,
        name=sold.name if sold else None,
        price=sold.price if sold else None,
        available=None if stock is None else stock.get(sku, 0),
        degraded=parts.degraded,
        kept=parts.kept,
    )


async def _price(sku: str, currency: str) -> ProductPrice:
    try:
        return await erp.get_product_price(sku, currency=currency)
    except Rejected as problem:
        if problem.slug != "wrong-currency":
            raise
        detail = f"not sold in {currency}"
        where = {"detail": detail, "parameter": "currency", "in": "query"}
        raise Rejected(detail, kind="wrong-currency", errors=[where]) from problem


async def available(skus: Sequence[str]) -> dict[str, int]:
    """Of at most 100; what the warehouse does not know is not in it."""
    if not skus:
        return {}
    stock = await inventory.list_stock(sku=list(skus))
    return {item.sku: item.available for item in stock.items}


def _product(listed: Listed, currency: str, stock: dict[str, int] | None) -> Product:
    return Product(
        sku=listed.sku,
        name=listed.name,
        price=_in(currency, listed.price),
        available=None if stock is None else stock.get(listed.sku, 0),
    )


def _in(currency: str, price: Money | None) -> Money | None:
    return price if price is not None and price.currency == currency else None
