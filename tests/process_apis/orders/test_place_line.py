"""One order of a bulk, by what its placing is answered with: an answer for good, or to be asked again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.models.canonical import Order, OrderStatus, PaymentMethod, WantedLine
from contracts.models.process.orders.v1 import NewOrder
from process_apis.orders.place_bulk import place_line
from runtime.calls.http import Reply, Request, Sender, Unreached
from runtime.context import Context, Identity, entered
from runtime.flows.asking import InProgress
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable

ID = "ord_00000000000000000000"
AT = f"/process/orders/v1/orders/{ID}"
ORDER = NewOrder(
    customer_id="C-1008",
    reference="PO-1",
    currency="EUR",
    lines=[WantedLine(sku="CBL-USBC-2M", quantity=1)],
    payment=PaymentMethod(token="pm_card_visa"),
)
HOUR = timedelta(hours=1)


class Ourselves:
    """A Wiring of which each call is answered the same."""

    def __init__(self, answer: Problem | OrderStatus | None) -> None:
        self.answer = answer

    def sender(self, api: str) -> Sender:
        assert api == "process/orders/v1"
        return self.send

    def base_url(self, api: str) -> str:
        return f"/{api}"

    def token(self, identity: Identity, api: str) -> str:
        return f"{identity.subject} at {api}"

    async def send(self, request: Request, /, *, timeout: float) -> Reply:
        assert request.url == "/process/orders/v1/orders"
        assert timeout > 0
        if self.answer is None:
            raise Unreached
        if isinstance(self.answer, Problem):
            return Reply(self.answer.code, [], self.answer.body())
        order = Order(
            id=ID,
            customer_id="C-1008",
            status=self.answer,
            at_rest=self.answer in {"placed", "attention"},
            lines=[],
            created_at=datetime.now(UTC),
            timeline=[],
        )
        return Reply(201, [], order.model_dump_json(exclude_none=True).encode())


async def placed(
    answer: Problem | OrderStatus | None, patience: timedelta
) -> tuple[str, str | None, bool]:
    """Outcome, order and whether there is a problem."""
    deadline = asyncio.get_running_loop().time() + 5
    with entered(Context("process/orders/v1", Ourselves(answer), "r", "t" * 32, deadline)):
        line = await place_line(ORDER, datetime.now(UTC) + patience)
    return line.outcome, line.order_id, line.problem is not None


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        pytest.param("placed", ("placed", ID, False), id="placed"),
        pytest.param("attention", ("attention", ID, False), id="stuck"),
        pytest.param(Rejected(instance=AT), ("failed", ID, True), id="refused and undone"),
        pytest.param(Rejected(), ("failed", None, True), id="refused at the door"),
        pytest.param(Misconfigured(instance=AT), ("failed", ID, True), id="misconfigured"),
        pytest.param(Problem(), ("attention", None, True), id="a defect of ours"),
    ],
)
async def test_an_answer_for_good_is_taken_at_once(
    answer: Any, known: tuple[str, str | None, bool]
) -> None:
    assert await placed(answer, HOUR) == known


@pytest.mark.parametrize(
    ("answer", "given_up"),
    [
        pytest.param(Unavailable(instance=AT), ("failed", ID, True), id="undone, a backend away"),
        pytest.param(Unavailable(), ("attention", None, True), id="not known what became of it"),
        pytest.param(None, ("attention", None, True), id="not reached"),
        pytest.param(InProgress(instance=AT), ("attention", ID, True), id="asked for before"),
        pytest.param("placing", ("attention", ID, False), id="under way"),
        pytest.param("cancelling", ("attention", ID, False), id="on its way back"),
    ],
)
async def test_what_may_still_come_is_waited_for_and_given_up_once_patience_ends(
    answer: Any, given_up: tuple[str, str | None, bool]
) -> None:
    with pytest.raises(Unavailable):
        await placed(answer, HOUR)

    assert await placed(answer, -HOUR) == given_up
