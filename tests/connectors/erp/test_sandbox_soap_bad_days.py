"""Bad days of the simulated ERP: what reaches our caller, and what is in the ERP afterwards."""

import pytest
from structlog.testing import capture_logs

from connectors.erp.sandbox_soap import Connector, Options
from connectors.reach import Reach
from runtime.calls.http import Sender
from runtime.problems import Misconfigured, Unavailable
from tests.connectors.erp.orders import order, orders_under, refused
from tests.connectors.sandboxed import Sandboxed

SILENT = (Unavailable, 504, "no-answer")


async def test_a_create_that_timed_out_is_healed_by_the_repeat(
    erp: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.fault("CreateSalesOrder", "timeout_after_commit")

    assert await refused(erp.put_sales_order(ref, order())) == SILENT
    assert (await erp.put_sales_order(ref, order())).status == "entered"
    assert len(await orders_under(backend, ref)) == 1


@pytest.mark.parametrize("kind", ["drop_connection", "drop_after_commit", "truncated"])
async def test_a_lost_answer_is_asked_for_again_and_the_order_entered_once(
    erp: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("CreateSalesOrder", kind)

    assert (await erp.put_sales_order(ref, order())).status == "entered"
    assert len(await orders_under(backend, ref)) == 1
    assert len(await backend.calls("CreateSalesOrder")) == 2


@pytest.mark.parametrize("kind", ["slow_drip", "timeout_after_commit"])
async def test_a_slow_erp_costs_no_more_than_the_deadline(
    erp: Connector, backend: Sandboxed, kind: str
) -> None:
    await backend.fault("GetCustomer", kind, seconds=30)

    assert await refused(erp.get_customer("C-1001")) == SILENT


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("soap_fault", (Unavailable, 503, "unavailable")),
        ("error_500", (Unavailable, 502, "backend-error")),
        ("html", (Unavailable, 502, "bad-answer")),
        ("unauthorized", (Misconfigured, 502, "misconfigured")),
    ],
)
async def test_a_failing_erp_is_never_a_missing_customer(
    erp: Connector, backend: Sandboxed, kind: str, expected: tuple[object, ...]
) -> None:
    await backend.fault("GetCustomer", kind, times=9)

    assert await refused(erp.get_customer("C-1001")) == expected


async def test_a_wrong_address_is_not_a_missing_customer(
    options: dict[str, object], network: Sender
) -> None:
    lost = Connector(
        Options.model_validate({**options, "url": f"{options['url']}/x"}), Reach(network)
    )

    assert await refused(lost.get_customer("C-1001")) == (Misconfigured, 502, "misconfigured")


async def test_a_wrong_password_is_ours_to_mend_and_stays_secret(
    options: dict[str, object], network: Sender
) -> None:
    wrong = Options.model_validate({**options, "password": "hunter2"})
    stranger = Connector(wrong, Reach(network))

    with capture_logs() as logs, pytest.raises(Misconfigured) as caught:
        await stranger.get_customer("C-1001")

    assert caught.value.code == 502
    assert "hunter2" not in f"{logs} {caught.value.document} {vars(stranger)} {wrong!r}"


@pytest.mark.parametrize("kind", ["error_500", "soap_fault"])
async def test_a_failure_that_passes_is_not_seen_where_a_repeat_is_safe(
    erp: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("CreateSalesOrder", kind)

    entered = await erp.put_sales_order(ref, order())

    assert entered.status == "entered"
    assert len(await backend.calls("CreateSalesOrder")) == 2
