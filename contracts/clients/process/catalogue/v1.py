# generated from contracts/process/catalogue/v1.yaml; do not edit
"""Catalogue Process API 1.0.0, as its callers see it."""

from contracts.models.process.catalogue.v1 import Availability, Cart, ProductPage, ProductView, StockChanges
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class CatalogueClient(ApiClient):
    api = "process/catalogue/v1"

    async def list_products(self, *, currency: str, q: str | None = None, limit: int | None = None, cursor: str | None = None) -> ProductPage:
        """What can be bought, by sku, a page at a time."""
        return await self.call("GET", "/products", ProductPage, query={'currency': currency, 'q': q, 'limit': limit, 'cursor': cursor})

    async def get_product(self, sku: str, *, currency: str) -> ProductView:
        """A product, its price and how much of it there is."""
        return await self.call("GET", f"/products/{segment(sku)}", ProductView, query={'currency': currency})

    async def check_availability(self, body: Cart) -> Availability:
        """Whether a cart can be supplied, and what it costs; nothing is held."""
        return await self.call("POST", "/availability", Availability, body=body)

    async def list_stock_changes(self, *, since: str | None = None, limit: int | None = None) -> StockChanges:
        """Whose stock has changed since the token of the call before."""
        return await self.call("GET", "/stock-changes", StockChanges, query={'since': since, 'limit': limit})
