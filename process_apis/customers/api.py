"""One view of a customer over ERP, CRM and orders."""

from contracts.models.process.customers.v1 import CustomerView
from process_apis.customers.customer_view import customer_view
from runtime.apis.binding import Api
from runtime.context import current
from runtime.problems import Missing

api = Api("process/customers/v1")


@api.operation("getCustomerView")
async def get_customer_view(customer_id: str) -> CustomerView:
    if not current().identity.may_act_for(customer_id):
        raise Missing(f"there is no customer {customer_id}")
    return await customer_view(customer_id)
