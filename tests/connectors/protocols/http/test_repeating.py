"""What is sent again, and what is not."""

import asyncio
from typing import Any

import httpx
import pytest
import respx

from connectors.protocols.http import HttpBackend
from runtime.problems import Problem, Unavailable
from tests.connectors.protocols.http.vendor import OK

PASSING: list[Any] = [408, 429, 500, 502, 503, 504, httpx.ReadError, httpx.ReadTimeout]


def failing(failure: Any) -> Any:
    return httpx.Response(failure) if isinstance(failure, int) else failure


@pytest.mark.parametrize("failure", [*PASSING, httpx.ConnectError])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_what_may_be_repeated_is_tried_three_times(
    vendor: respx.Route, backend: HttpBackend, method: str, failure: Any
) -> None:
    vendor.side_effect = [failing(failure), failing(failure), OK]

    assert (await backend.send("change", method, "/x")).status == 200
    assert vendor.call_count == 3


async def test_three_attempts_are_all(vendor: respx.Route, backend: HttpBackend) -> None:
    vendor.return_value = httpx.Response(503)

    with pytest.raises(Unavailable):
        await backend.send("find", "GET", "/x")

    assert vendor.call_count == 3


@pytest.mark.parametrize("failure", PASSING)
async def test_a_post_is_not_repeated_once_it_may_have_been_acted_on(
    vendor: respx.Route, backend: HttpBackend, failure: Any
) -> None:
    vendor.side_effect = [failing(failure), OK]

    with pytest.raises(Unavailable):
        await backend.send("change", "POST", "/x")

    assert vendor.call_count == 1


async def test_a_post_that_carries_a_key_is_repeated(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.side_effect = [httpx.ReadError, OK]

    await backend.send("change", "POST", "/x", repeatable=True)

    assert vendor.call_count == 2


async def test_a_put_that_is_none_is_not_repeated(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.side_effect = [httpx.ReadError, OK]

    with pytest.raises(Unavailable):
        await backend.send("change", "PUT", "/x", repeatable=False)


async def test_what_surely_was_not_sent_is_repeated_whatever_it_is(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.side_effect = [httpx.ConnectError, OK]

    await backend.send("change", "POST", "/x")

    assert vendor.call_count == 2


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 422])
async def test_what_will_not_change_is_not_repeated(
    vendor: respx.Route, backend: HttpBackend, status: int
) -> None:
    vendor.return_value = httpx.Response(status)

    with pytest.raises(Problem):
        await backend.send("find", "GET", "/x")

    assert vendor.call_count == 1


async def test_cancelling_ends_a_retry(vendor: respx.Route, backend: HttpBackend) -> None:
    vendor.return_value = httpx.Response(503, headers={"retry-after": "1"})
    task = asyncio.ensure_future(backend.send("find", "GET", "/x"))
    await asyncio.sleep(0.1)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert vendor.call_count == 1
