"""The policy every HTTP vendor gets: what is retried, for how long, and what a status means."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx
from structlog.testing import capture_logs

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.http import Reply, Request, TooLarge
from runtime.calls.httpx_sender import HttpxSender
from runtime.context import Context, entered
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable

URL = "http://vendor.test/base"


@pytest.fixture
def vendor() -> Iterator[respx.Route]:
    with respx.mock:
        yield respx.route(url__startswith=URL)


@pytest.fixture(scope="session")
async def sender() -> AsyncIterator[HttpxSender]:
    async with aclosing(HttpxSender()) as sender:
        yield sender


@pytest.fixture
def backend(sender: HttpxSender) -> HttpBackend:
    return HttpBackend(
        "the vendor", URL + "/", Reach(sender), headers={"X-Api-Key": "k"}, timeout=2
    )


def in_context(seconds: float) -> Context:
    deadline = asyncio.get_running_loop().time() + seconds
    return Context("system/x", NO_WIRING, "req-1", "ab" * 16, deadline, span_id="cd" * 8)


NO_WIRING: Any = None  # a connector calls no peer
OK = httpx.Response(200, json={})


async def test_a_request_is_composed_from_its_parts(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.return_value = OK

    await backend.send(
        "find",
        "POST",
        "/things/a%2Fb",
        query={"q": "é x", "id": ["1", "2"]},
        form={"a[b]": "c d", "n": 1},
        headers={"X-Once": "1"},
    )

    request = vendor.calls.last.request
    assert str(request.url) == f"{URL}/things/a%2Fb?q=%C3%A9%20x&id=1&id=2"
    assert request.content == b"a%5Bb%5D=c+d&n=1"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (request.headers["x-api-key"], request.headers["x-once"]) == ("k", "1")


@pytest.mark.parametrize(
    ("status", "stands_for"),
    [
        (400, (Rejected, 422, "rejected")),
        (401, (Misconfigured, 502, "misconfigured")),
        (403, (Misconfigured, 502, "misconfigured")),
        (404, (Missing, 404, "missing")),
        (408, (Unavailable, 503, "unavailable")),
        (409, (Rejected, 422, "rejected")),
        (429, (Unavailable, 503, "unavailable")),
        (500, (Unavailable, 502, "backend-error")),
        (502, (Unavailable, 502, "backend-error")),
        (503, (Unavailable, 503, "unavailable")),
        (504, (Unavailable, 504, "no-answer")),
        (302, (Unavailable, 502, "bad-answer")),
        (307, (Unavailable, 502, "bad-answer")),
    ],
)
async def test_a_status_is_the_problem_it_stands_for(
    vendor: respx.Route,
    backend: HttpBackend,
    status: int,
    stands_for: tuple[type[Problem], int, str],
) -> None:
    vendor.return_value = httpx.Response(status, text="secret words of the vendor")

    with pytest.raises(Problem) as caught:
        await backend.send("change", "POST", "/x", query={"email": "ada@example.com"})

    problem = caught.value
    assert (type(problem), problem.code, problem.slug) == stands_for
    assert "secret" not in str(caught.value)
    assert "ada" not in str(caught.value)


async def test_a_vendor_file_may_look_at_a_status_itself(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.return_value = httpx.Response(409, json={"code": "TAKEN"})

    reply = await backend.send("change", "PUT", "/x", accept={409})

    assert reply.status == 409
    assert vendor.call_count == 1


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (httpx.ConnectError, 503, "unavailable"),
        (httpx.ReadTimeout, 504, "no-answer"),
        (httpx.ReadError, 502, "connection-lost"),
        (httpx.RemoteProtocolError, 502, "connection-lost"),
    ],
)
async def test_silence_is_told_from_a_break_and_from_not_being_there(
    vendor: respx.Route, backend: HttpBackend, error: type[Exception], code: int, kind: str
) -> None:
    vendor.side_effect = error

    with pytest.raises(Unavailable) as caught:
        await backend.send("change", "POST", "/x")

    assert (caught.value.code, caught.value.slug) == (code, kind)


async def test_a_reply_over_the_cap_is_garbage() -> None:
    async def swelling(_request: Request, *, timeout: float) -> Reply:
        raise TooLarge(f"in {timeout} seconds")

    with pytest.raises(Unavailable) as caught:
        await HttpBackend("the vendor", URL, Reach(swelling)).send("find", "GET", "/x")

    assert (caught.value.code, caught.value.slug) == (502, "bad-answer")


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


def in_seconds(seconds: int) -> str:
    return str(seconds)


def at_a_date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("form", [in_seconds, at_a_date])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_retry_after_that_fits_is_waited_for(
    vendor: respx.Route, backend: HttpBackend, status: int, form: Callable[[int], str]
) -> None:
    busy = httpx.Response(status, headers={"retry-after": form(1)})
    vendor.side_effect = [busy, OK]
    started = time.perf_counter()

    await backend.send("find", "GET", "/x")

    assert time.perf_counter() - started > 0.5  # a date is cut to whole seconds


@pytest.mark.parametrize("form", [in_seconds, at_a_date])
async def test_a_retry_after_that_does_not_fit_is_passed_on_at_once(
    vendor: respx.Route, backend: HttpBackend, form: Callable[[int], str]
) -> None:
    vendor.return_value = httpx.Response(429, headers={"retry-after": form(30)})
    started = time.perf_counter()

    with pytest.raises(Unavailable) as caught:
        await backend.send("find", "GET", "/x")

    assert vendor.call_count == 1
    assert caught.value.document["retryAfter"] in {29, 30}
    assert time.perf_counter() - started < 1.5  # its deadline is at two


@pytest.mark.parametrize("nonsense", ["soon", "-5", "Wed, 99 Foo", "9" * 400, "1.5", ""])
async def test_a_retry_after_that_makes_no_sense_does_no_harm(
    vendor: respx.Route, backend: HttpBackend, nonsense: str
) -> None:
    vendor.return_value = httpx.Response(503, headers={"retry-after": nonsense})

    with pytest.raises(Unavailable) as caught:
        await backend.send("change", "POST", "/x")

    assert caught.value.document["retryAfter"] >= 1


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
    assert waits[0] == pytest.approx(0.25, abs=0.02)
    assert waits[1] < 0.15


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

    assert waits == pytest.approx([0.49, 5], abs=0.02)


async def test_nothing_is_sent_once_the_deadline_has_passed(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    with entered(in_context(0)), pytest.raises(Unavailable) as caught:
        await backend.send("find", "GET", "/x")

    assert caught.value.code == 504
    assert vendor.call_count == 0


async def test_cancelling_ends_a_retry(vendor: respx.Route, backend: HttpBackend) -> None:
    vendor.return_value = httpx.Response(503, headers={"retry-after": "1"})
    task = asyncio.ensure_future(backend.send("find", "GET", "/x"))
    await asyncio.sleep(0.1)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert vendor.call_count == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>We will be right back</html>", id="HTML"),
        pytest.param(b'{"a": ', id="truncated"),
        pytest.param('{"a": "é"}'.encode("latin-1"), id="another charset"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="a wide charset"),
        pytest.param(b"[1]", id="not an object"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": 1e999}', id="infinity"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="a deep nest"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"b": 1}', id="without what is looked for"),
        pytest.param(b'{"a": "x"}', id="of another type"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_garbage(
    vendor: respx.Route, backend: HttpBackend, body: bytes
) -> None:
    vendor.return_value = httpx.Response(200, content=body)
    reply = await backend.send("find", "GET", "/x")

    with pytest.raises(Unavailable) as caught:
        backend.read(reply, lambda told: int(told["a"]))

    assert (caught.value.code, caught.value.slug) == (502, "bad-answer")


async def test_a_number_json_does_not_have_is_garbage_even_where_nobody_looks(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.return_value = httpx.Response(200, content=b'{"a": 1, "ignored": NaN}')
    reply = await backend.send("find", "GET", "/x")

    with pytest.raises(Unavailable):
        backend.read(reply, lambda told: int(told["a"]))


async def test_each_attempt_is_a_span_of_its_own_in_log_and_header(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.side_effect = [httpx.Response(500), httpx.ReadError, OK]

    with capture_logs() as lines, entered(in_context(5)):
        await backend.send("find", "GET", "/x", query={"email": "ada@example.com"})

    assert [line["event"] for line in lines] == ["backend_call"] * 3
    assert [line["attempt"] for line in lines] == [1, 2, 3]
    assert [line.get("status", line.get("outcome")) for line in lines] == [500, "lost", 200]
    assert {line["parent_span_id"] for line in lines} == {"cd" * 8}
    assert [call.request.headers["traceparent"] for call in vendor.calls] == [
        f"00-{'ab' * 16}-{line['span_id']}-01" for line in lines
    ]
    assert len({line["span_id"] for line in lines}) == 3
    assert "ada" not in str(lines)


async def test_without_a_context_a_call_is_logged_all_the_same(
    vendor: respx.Route, backend: HttpBackend
) -> None:
    vendor.return_value = OK

    with capture_logs() as lines:
        await backend.send("find", "GET", "/x")

    assert [line["operation"] for line in lines] == ["find"]
    assert "traceparent" not in vendor.calls.last.request.headers
