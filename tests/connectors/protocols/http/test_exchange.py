"""What a request is made of, and what each ending of it stands for."""

import httpx
import pytest
import respx

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.http import Reply, Request, TooLarge
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable
from tests.connectors.protocols.http.vendor import OK, URL


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
