"""How long a vendor is waited for: as it asks, and never beyond the deadline."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import respx

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.http import Reply, Request
from runtime.context import entered
from runtime.problems import Unavailable
from tests.connectors.protocols.http.vendor import OK, URL, in_context
from tests.virtual_time import now, virtually


def in_seconds(seconds: int) -> str:
    return str(seconds)


def at_a_date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("form", [in_seconds, at_a_date])
@pytest.mark.parametrize("status", [429, 503])
@virtually
async def test_a_retry_after_that_fits_is_waited_for(
    vendor: respx.Route, backend: HttpBackend, status: int, form: Callable[[int], str]
) -> None:
    busy = httpx.Response(status, headers={"retry-after": form(1)})
    vendor.side_effect = [busy, OK]
    started = now()

    await backend.send("find", "GET", "/x")

    waited = now() - started
    assert waited == 1 if form is in_seconds else 0 < waited <= 1  # a date is cut to whole seconds


@pytest.mark.parametrize("form", [in_seconds, at_a_date])
@virtually
async def test_a_retry_after_that_does_not_fit_is_passed_on_at_once(
    vendor: respx.Route, backend: HttpBackend, form: Callable[[int], str]
) -> None:
    vendor.return_value = httpx.Response(429, headers={"retry-after": form(30)})
    started = now()

    with pytest.raises(Unavailable) as caught:
        await backend.send("find", "GET", "/x")

    assert vendor.call_count == 1
    assert caught.value.document["retryAfter"] in {29, 30}
    assert now() == started


@pytest.mark.parametrize("nonsense", ["soon", "-5", "Wed, 99 Foo", "9" * 400, "1.5", ""])
async def test_a_retry_after_that_makes_no_sense_does_no_harm(
    vendor: respx.Route, backend: HttpBackend, nonsense: str
) -> None:
    vendor.return_value = httpx.Response(503, headers={"retry-after": nonsense})

    with pytest.raises(Unavailable) as caught:
        await backend.send("change", "POST", "/x")

    assert caught.value.document["retryAfter"] >= 1


@virtually
async def test_the_deadline_covers_all_attempts() -> None:
    waits: list[float] = []

    async def fails_slowly(_request: Request, *, timeout: float) -> Reply:
        waits.append(timeout)
        await asyncio.sleep(0.1)
        return Reply(500, [], b"")

    with pytest.raises(Unavailable):
        await HttpBackend("the vendor", URL, Reach(fails_slowly), timeout=0.25).send(
            "find", "GET", "/x"
        )

    assert len(waits) == 2  # a third would begin too late
    assert waits[0] == pytest.approx(0.25)
    assert waits[1] < 0.15


@virtually
async def test_the_callers_deadline_wins_when_it_is_shorter() -> None:
    waits: list[float] = []

    async def answers(_request: Request, *, timeout: float) -> Reply:
        waits.append(timeout)
        return Reply(200, [], b"{}")

    backend = HttpBackend("the vendor", URL, Reach(answers), timeout=5)
    with entered(in_context(0.5)):
        await backend.send("find", "GET", "/x")
    with entered(in_context(60)):
        await backend.send("find", "GET", "/x")

    assert waits == pytest.approx([0.49, 5])


@virtually
async def test_nothing_is_sent_once_the_deadline_has_passed(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    with entered(in_context(0)), pytest.raises(Unavailable) as caught:
        await backend.send("find", "GET", "/x")

    assert caught.value.code == 504
    assert vendor.call_count == 0
