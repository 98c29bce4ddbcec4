"""What can be bought, for how much, and how much of it there is."""

from typing import Annotated

from contracts.models.process.catalogue.v1 import (
    Availability,
    Cart,
    ProductPage,
    ProductView,
    StockChanges,
)
from process_apis.catalogue.cart import availability
from process_apis.catalogue.products import product_page, product_view
from process_apis.catalogue.stock_feed import StockFeed, stock_feed
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened

api = Api("process/catalogue/v1", opens=stock_feed)
Stock = Annotated[StockFeed, Opened]


@api.operation("listProducts")
async def list_products(
    currency: str, q: str | None, limit: int, cursor: str | None
) -> ProductPage:
    return await product_page(currency, q, limit, cursor)


@api.operation("getProduct")
async def get_product(sku: str, currency: str) -> ProductView:
    return await product_view(sku, currency)


@api.operation("checkAvailability")
async def check_availability(body: Cart) -> Availability:
    return await availability(body)


@api.operation("listStockChanges")
async def list_stock_changes(since: str | None, limit: int, stock: Stock) -> StockChanges:
    return await stock.changes(since, limit)
