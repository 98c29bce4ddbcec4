# generated from contracts/process/customers/v1.yaml; do not edit
"""Customers Process API 1.0.0, as its callers see it."""

from urllib.parse import quote

from contracts.models.process.customers.v1 import CustomerView
from runtime.calls.client import ApiClient


class CustomersClient(ApiClient):
    api = "process/customers/v1"

    async def get_customer_view(self, customer_id: str) -> CustomerView:
        """Who the customer is, what is on its way and what happened lately."""
        return await self.call("GET", f"/customers/{quote(customer_id, safe='')}/view", CustomerView)
