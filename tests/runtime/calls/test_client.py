"""What a typed client makes of its peer's answers: a model, or the error its caller has to act on."""

import asyncio
import json
from typing import Any

import pytest

from contracts.clients.process.customers.v1 import CustomersClient
from contracts.clients.system.inventory.v1 import InventoryClient
from runtime.calls.http import Lost, Reply, Request, Silent, TooLarge, Unreached
from runtime.context import Context, Identity, entered
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable

VIEW = json.dumps({"customerId": "C-1", "externalIds": [], "degraded": []}).encode()


class Peer:
    """The other side, as a Wiring and as a Sender: it answers as told and keeps what it was sent."""

    def __init__(self, answer: Reply | Exception) -> None:
        self.answer = answer
        self.heard: list[Request] = []

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        assert 0 < timeout <= 5
        self.heard.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def sender(self, api: str) -> "Peer":
        assert api
        return self

    def base_url(self, api: str) -> str:
        return f"http://peer/{api}"

    def token(self, identity: Identity, api: str) -> str:
        return f"for-{api}-as-{identity.subject}"


async def view(
    answer: Reply | Exception, *, seconds: float = 5, **context: Any
) -> tuple[Any, Peer]:
    """One call of a peer; its result, or its error, and what the peer heard."""
    peer = Peer(answer)
    ambient = Context(
        "experience/mobile/v1",
        peer,
        request_id="find-me",
        trace_id="a" * 32,
        deadline=asyncio.get_running_loop().time() + seconds,
        identity=Identity("C-1"),
        **context,
    )
    with entered(ambient):
        try:
            return await CustomersClient().get_customer_view("C-1"), peer
        except Problem as problem:
            return problem, peer


def problem(status: int, /, **members: Any) -> Reply:
    document = {"type": "urn:strata:problem:x", "title": "T", "status": status, **members}
    return Reply(status, [], json.dumps(document).encode())


async def test_an_answer_is_a_model() -> None:
    result, _ = await view(Reply(200, [], VIEW))

    assert result.customer_id == "C-1"


async def test_what_the_peer_needs_to_know_goes_along() -> None:
    _, peer = await view(Reply(200, [], VIEW), idempotency_key="once-only")

    [request] = peer.heard
    headers = dict(request.headers)
    assert request.url == "http://peer/process/customers/v1/customers/C-1/view"
    assert headers[b"x-request-id"] == b"find-me"
    assert headers[b"traceparent"].startswith(b"00-" + b"a" * 32)
    assert 4000 < int(headers[b"x-request-timeout-ms"]) < 5000
    assert headers[b"authorization"] == b"Bearer for-process/customers/v1-as-C-1"
    assert headers[b"idempotency-key"] == b"once-only"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Reply(200, [], b""), id="nothing"),
        pytest.param(Reply(200, [], b"<html>"), id="not JSON"),
        pytest.param(Reply(200, [], b"{}"), id="not the model"),
        pytest.param(Reply(302, [(b"location", b"http://elsewhere")], b""), id="a redirect"),
        pytest.param(Reply(503, [], b"<html>"), id="a proxy's page"),
        pytest.param(Reply(404, [], b'{"message":"no route"}'), id="a proxy's JSON"),
        pytest.param(Reply(500, [], b"[]"), id="a list"),
        pytest.param(Reply(500, [], b"null"), id="null"),
        pytest.param(problem(200), id="a problem that is a success"),
        pytest.param(Reply(500, [], problem(404).body), id="a problem of another status"),
        pytest.param(problem(500, status="500"), id="a problem whose status is text"),
        pytest.param(problem(422, errors=5), id="a problem whose errors are none"),
        pytest.param(problem(422, errors=[5]), id="a problem whose error is none"),
        pytest.param(problem(422, type=None), id="a problem without a type"),
        pytest.param(TooLarge("over 8 MiB"), id="too large"),
    ],
)
async def test_garbage_is_a_502(answer: Reply | Exception) -> None:
    result, _ = await view(answer)

    assert isinstance(result, Unavailable)
    assert (result.code, result.slug) == (502, "bad-answer")


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        (problem(404), Missing, 404),
        (problem(409), Rejected, 409),
        (problem(422, errors=[{"detail": "d", "pointer": "#/a"}]), Rejected, 422),
        (problem(429), Unavailable, 429),
        (problem(500), Problem, 500),
        (problem(503, retryAfter=7), Unavailable, 503),
        (problem(502, type="urn:strata:problem:misconfigured"), Misconfigured, 502),
        (problem(401), Misconfigured, 502),
        (problem(403), Misconfigured, 502),
        (Unreached("refused"), Unavailable, 503),
        (Silent("no answer in time"), Unavailable, 504),
        (Lost("reset"), Unavailable, 502),
    ],
)
async def test_a_problem_is_the_error_to_act_on(
    answer: Reply | Exception, kind: type[Problem], status: int
) -> None:
    result, _ = await view(answer)

    assert type(result) is kind
    assert result.code == status


async def test_a_peers_request_id_is_not_passed_off_as_ours() -> None:
    result, _ = await view(problem(404, requestId="theirs"))

    assert "requestId" not in result.document


async def test_after_the_deadline_nobody_is_called() -> None:
    result, peer = await view(Reply(200, [], VIEW), seconds=-1)

    assert (result.code, peer.heard) == (504, [])


async def test_where_nothing_is_answered_an_error_still_is_one() -> None:
    peer = Peer(Reply(302, [(b"location", b"http://elsewhere")], b""))
    deadline = asyncio.get_running_loop().time() + 5

    with (
        entered(Context("process/orders/v1", peer, "r", "t", deadline)),
        pytest.raises(Unavailable),
    ):
        await InventoryClient().release_reservation("r-1")


@pytest.mark.parametrize(
    ("pointer", "becomes"),
    [("#/method", "#/payment"), ("#/method/token", "#/payment/token"), ("#/methods", "#/methods")],
)
def test_a_pointer_into_the_peers_body_becomes_one_into_ours(pointer: str, becomes: str) -> None:
    error = Rejected(errors=[{"detail": "d", "pointer": pointer}]).repointed("/method", "/payment")

    assert error.document["errors"][0]["pointer"] == becomes
