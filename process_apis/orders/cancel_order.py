"""Cancel a placed order: give the money back, cancel in the ERP, return the goods. It only goes forward."""

from pydantic import BaseModel

from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.inventory.v1 import InventoryClient
from contracts.clients.system.payments.v1 import PaymentsClient
from contracts.models.canonical import Money
from contracts.models.system.payments.v1 import NewRefund
from runtime.flows.flow import flow
from runtime.flows.saga import Saga

erp, inventory, payments = ErpClient(), InventoryClient(), PaymentsClient()


class OrderToCancel(BaseModel):
    id: str
    total: Money


@flow("cancel-order")
async def cancel_order(order: OrderToCancel, saga: Saga) -> None:
    saga.point_of_no_return()
    await saga.step(refund_payment, order)
    await saga.step(cancel_erp_order, order)
    await saga.step(release_stock, order)


async def refund_payment(order: OrderToCancel) -> None:
    await payments.refund_payment(order.id, f"{order.id}-cancel", NewRefund(amount=order.total))


async def cancel_erp_order(order: OrderToCancel) -> None:
    await erp.cancel_sales_order(order.id)


async def release_stock(order: OrderToCancel) -> None:
    await inventory.release_reservation(order.id)
