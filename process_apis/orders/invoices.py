"""The invoice of an order: the ERP's own, for whose order it is."""

from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.process.orders.v1 import Invoice
from runtime.problems import Missing

erp = ErpClient()


async def invoice_of(order_id: str) -> Invoice:
    """Raises Missing (`no-invoice`) also for an order that has not come to the ERP, or never will."""
    try:
        issued = await erp.get_invoice(order_id)
    except Missing as problem:
        raise Missing("the order has no invoice yet", kind="no-invoice") from problem
    return Invoice.model_validate(issued, from_attributes=True)
