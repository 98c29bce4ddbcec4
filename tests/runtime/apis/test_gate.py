"""The door of every API: ids and deadlines in, one answer out, a problem whatever goes wrong."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from runtime.apis.endpoint import Answer
from runtime.context import Context, current
from runtime.settings import Limits
from tests.runtime.conftest import Logged
from tests.runtime.probe import LIMITS, THING, Thing, calling, probe
from tests.runtime.problem import assert_problem

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(probe()) as client:
        yield client


async def seen(headers: dict[str, str]) -> Context:
    """The context a handler finds when it is called with these headers."""
    contexts: list[Context] = []

    async def look() -> Thing:
        contexts.append(current())
        return THING

    async with calling(probe(look)) as client:
        assert (await client.get("/things/a", headers=headers)).status_code == 200
    return contexts[0]


async def test_a_request_id_is_kept_and_answered(api: httpx.AsyncClient) -> None:
    answer = await api.get("/things/a", headers={"x-request-id": "order-7.a_B"})

    assert answer.headers["x-request-id"] == "order-7.a_B"


@pytest.mark.parametrize("sent", [b"", b"a b", b"\xe9", b"a" * 65, b'a"}{"level":"error"', b"a;b"])
async def test_a_malformed_request_id_is_replaced(api: httpx.AsyncClient, sent: bytes) -> None:
    answer = await api.get("/things/a", headers={b"x-request-id": sent})

    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


async def test_a_trace_is_continued_in_a_span_of_our_own() -> None:
    context = await seen({"traceparent": f"00-{TRACE}-{PARENT}-01"})

    assert (context.trace_id, context.parent_span_id) == (TRACE, PARENT)
    assert re.fullmatch(r"[0-9a-f]{16}", context.span_id)
    assert context.span_id != PARENT


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "00-zz-11-01",
        f"00-{TRACE}-{PARENT}",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
    ],
)
async def test_a_malformed_trace_is_begun_anew(sent: str) -> None:
    context = await seen({"traceparent": sent})

    assert re.fullmatch(r"[0-9a-f]{32}", context.trace_id)
    assert context.trace_id not in {TRACE, "0" * 32}
    assert context.parent_span_id == ""


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("1000", 0.5, 1.0),
        ("9999999999999999999", 4.5, 5.0),
        ("-1", 4.5, 5.0),
        ("1e3", 4.5, 5.0),
        ("soon", 4.5, 5.0),
    ],
)
async def test_a_caller_may_shorten_the_deadline_and_not_lengthen_it(
    asked: str, least: float, most: float
) -> None:
    context = await seen({"x-request-timeout-ms": asked})

    assert least < context.remaining() <= most


@pytest.mark.parametrize("asked", ["50", "0"])
async def test_a_handler_slower_than_the_deadline_is_cut_off_with_504(asked: str) -> None:
    ended: list[str] = []

    async def slow() -> Thing:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            ended.append("cut off")
            raise
        return THING

    async with calling(probe(slow)) as client:
        answer = await client.get("/things/a", headers={"x-request-timeout-ms": asked})

    assert_problem(answer, 504, "no-answer")
    assert ended in (["cut off"], [])
    assert ended or asked == "0"


async def test_the_servers_own_deadline_holds_when_the_caller_names_none() -> None:
    async def slow() -> Thing:
        await asyncio.sleep(5)
        return THING

    limits = Limits(deadline_seconds=0.05, max_body_bytes=LIMITS.max_body_bytes)
    async with calling(probe(slow, limits=limits)) as client:
        assert_problem(await client.get("/things/a"), 504, "no-answer")


@pytest.mark.parametrize(
    "error", [KeyError("secret-4711"), TimeoutError("secret-4711"), RecursionError("secret-4711")]
)
async def test_an_unforeseen_error_is_a_500_that_says_nothing_and_a_log_line_that_says_all(
    error: Exception, logged: Logged
) -> None:
    async def fails() -> Thing:
        raise error

    async with calling(probe(fails)) as client:
        answer = await client.get("/things/a", headers={"x-request-id": "find-me"})

    assert_problem(answer, 500, "internal")
    assert answer.json().keys() == {"type", "title", "status", "requestId"}
    [line] = [line for line in logged() if line["event"] == "unhandled"]
    assert line["request_id"] == "find-me"
    assert line["level"] == "error"
    assert "secret-4711" in str(line["exception"])
    assert "test_gate.py" in str(line["exception"])


async def test_an_answer_the_contract_does_not_have_is_a_500(logged: Logged) -> None:
    async def wrong_status() -> Answer[Thing]:
        return Answer(THING, 202)

    async def wrong_body() -> Thing:
        return Thing.model_construct(name=None, quantity="many")

    async def wrong_header() -> Answer[Thing]:
        return Answer(THING, 200, location="/things/axe")

    for handler in (wrong_status, wrong_body, wrong_header):
        async with calling(probe(handler)) as client:
            assert_problem(await client.get("/things/a"), 500, "internal")
    assert [line["event"] for line in logged()].count("unhandled") == 3


async def test_another_success_status_of_the_contract_is_answered(api: httpx.AsyncClient) -> None:
    made = await api.post("/things", json={"name": "hammer", "quantity": 1})
    slow = await api.post("/things", json={"name": "slow", "quantity": 1})

    assert (made.status_code, made.headers["location"]) == (201, "/things/axe")
    assert (slow.status_code, slow.headers.get("location")) == (202, None)


async def test_a_body_declared_too_long_is_refused_before_it_is_sent(
    api: httpx.AsyncClient,
) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        sent += 1
        yield b"{}"

    headers = {"content-type": "application/json", "content-length": "100001"}
    answer = await api.post("/things", content=body(), headers=headers)

    assert sent == 0
    assert_problem(answer, 413, "too-large")
    assert "100000 bytes" in answer.json()["detail"]


async def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_long(
    api: httpx.AsyncClient,
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b" " * 10_000

    answer = await api.post(
        "/things", content=endless(), headers={"content-type": "application/json"}
    )

    assert_problem(answer, 413, "too-large")
    assert sent <= 120_000


async def test_a_body_as_long_as_allowed_is_read(api: httpx.AsyncClient) -> None:
    body = b'{"name":"hammer","quantity":1}'.ljust(100_000)

    answer = await api.post("/things", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "path", ["/nothing", "/things/a/b", "/things/", "//things/a", "/things/a%2Fb"]
)
async def test_an_unknown_path_is_a_404_problem(api: httpx.AsyncClient, path: str) -> None:
    assert_problem(await api.get(path), 404, "missing")


@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS", "BREW"])
async def test_an_unknown_method_is_a_405_that_names_the_ones_there_are(
    api: httpx.AsyncClient, method: str
) -> None:
    answer = await api.request(method, "/things/a")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET"


async def test_a_fixed_path_is_not_taken_for_a_template(api: httpx.AsyncClient) -> None:
    assert (await api.get("/things/newest")).json()["name"] == "newest"
    assert (await api.get("/things/older")).json() == {"name": "older", "quantity": 20}


async def test_a_deprecated_operation_says_since_when(api: httpx.AsyncClient) -> None:
    answer = await api.delete("/things/a")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["deprecation"] == "@1772323200"  # 2026-03-01
