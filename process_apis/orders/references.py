"""The name a customer has given an order: it is the order's key, and names one order of theirs."""

from contracts.models.process.orders.v1 import NewOrder
from runtime.flows.engine import Engine
from runtime.flows.ids import named_after
from runtime.flows.run import Run
from runtime.problems import Rejected, at


class ReferenceTaken(Rejected):
    """It names another order already."""

    status = 409
    kind = "reference-taken"
    title = "The reference names another order"

    def __init__(self) -> None:
        super().__init__(errors=[at("/reference", "an order with other content has it")])


async def id_under(flows: Engine, order: NewOrder, reference: str) -> str:
    """Of the run that places it: the last attempt, or the next where that came to nothing through us."""
    attempt = 0
    while True:
        again = [str(attempt)] if attempt else []
        run_id = "ord_" + named_after(order.customer_id, "reference", reference, *again)
        run = await flows.get(run_id)
        if run is None or not _failed_through_us(run):
            return run_id
        attempt += 1


def _failed_through_us(run: Run) -> bool:
    """Everything is undone, and sent again the order may well be placed."""
    return run.status == "failed" and (run.problem or {}).get("status", 0) >= 500
