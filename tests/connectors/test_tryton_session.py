"""Sessions with Tryton and its ways to fail, whichever capability asks."""

import asyncio
from base64 import b64encode
from contextlib import aclosing
from typing import Any

import orjson
import pytest

from connectors.reach import Reach
from connectors.vendors.tryton import TrytonOptions
from connectors.vendors.tryton.errors import Asked, NotAllowed, Refused, Stale
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import View
from runtime.calls.http import Lost, Sender, Silent, Unreached
from runtime.calls.network import NetworkSender
from runtime.problems import Misconfigured, Problem, Unavailable
from tests.connectors.scripted_tryton import (
    LOGIN,
    PREFERENCES,
    Answer,
    ScriptedTryton,
    error,
    page,
    raises,
    result,
)

THINGS = View("a.thing", ("name",), lambda row: str(row["name"]))
SEARCH, CREATE = "model.a.thing.search_read", "model.a.thing.create"
FOUND = result([{"id": 1, "name": "thing"}])


def session(sender: Sender, url: str = "http://tryton.test") -> Session:
    fields = {"url": url, "database": "shop", "user": "strata", "password": "made-up"}
    return Session("the vendor", TrytonOptions.model_validate(fields), Reach(sender))


def tryton(**answers: list[Answer]) -> ScriptedTryton:
    return ScriptedTryton({"model.a.thing." + name: given for name, given in answers.items()})


async def test_a_call_says_who_asks_for_which_company_and_in_english() -> None:
    vendor = tryton(search_read=[FOUND])

    assert await session(vendor).find(THINGS, [["name", "=", "x"]], {"more": 1}) == ["thing"]

    request = vendor.requests[-1]
    assert request.url == "http://tryton.test/shop/rpc/"
    assert orjson.loads(request.body) == {
        "id": 3,
        "method": SEARCH,
        "params": [
            [["name", "=", "x"]],
            *(0, None, [["id", "ASC"]], ["name"]),
            {"company": 7, "language": "en", "more": 1},
        ],
    }
    headers = dict(request.headers)
    assert headers[b"authorization"] == b"Session " + b64encode(b"strata:2:key-1")
    assert headers[b"accept-encoding"] == b"gzip"


async def test_calls_at_once_log_in_once() -> None:
    vendor = tryton(search_read=[FOUND])
    shared = session(vendor)

    await asyncio.gather(*(shared.find(THINGS, []) for _ in range(5)))

    assert vendor.called().count(LOGIN) == 1


async def test_a_session_that_ended_is_renewed_and_the_call_repeated_once() -> None:
    vendor = tryton(create=[page(401, ""), result([5])])

    assert await session(vendor).create("a.thing", {}) == 5

    assert vendor.called() == [LOGIN, PREFERENCES, CREATE, LOGIN, PREFERENCES, CREATE]
    assert dict(vendor.requests[-1].headers)[b"authorization"].endswith(
        b64encode(b"strata:2:key-2")
    )


async def test_a_session_that_never_lasts_is_for_an_operator() -> None:
    vendor = tryton(create=[page(401, "")])

    with pytest.raises(Misconfigured):
        await session(vendor).create("a.thing", {})

    assert vendor.called().count(CREATE) == 2


async def test_a_wrong_password_is_tried_once_whoever_asks() -> None:
    vendor = ScriptedTryton({LOGIN: [page(401)]})
    shared = session(vendor)

    for _ in range(3):
        with pytest.raises(Misconfigured):
            await shared.find(THINGS, [])

    assert vendor.called() == [LOGIN]


async def test_a_login_that_failed_otherwise_is_tried_again() -> None:
    vendor = ScriptedTryton({LOGIN: [page(500), result([2, "key", None])], SEARCH: [FOUND]})
    shared = session(vendor)

    with pytest.raises(Unavailable):
        await shared.find(THINGS, [])

    assert await shared.find(THINGS, []) == ["thing"]


async def test_a_user_of_no_company_is_for_an_operator() -> None:
    vendor = ScriptedTryton({PREFERENCES: [result({"company": None})]})

    with pytest.raises(Misconfigured):
        await session(vendor).find(THINGS, [])


REFUSED = (Refused, 422, "rejected")
ASKED = (Asked, 422, "rejected")
OPERATOR = (Misconfigured, 502, "misconfigured")
RIGHTS = (NotAllowed, 502, "misconfigured")
FAILED = (Unavailable, 502, "backend-error")


@pytest.mark.parametrize(
    ("told", "stands_for"),
    [
        (["UserError", ['You can not call "cancel" on "Ada".', "", None]], REFUSED),
        (["UserError", ["The code on party must be unique.", "", None]], REFUSED),
        (["UserError", ['You are not allowed to modify the field "Name" in', "", None]], REFUSED),
        (["UserWarning", ["1f.done", "Stock moves have no origin.", ""]], ASKED),
        (["UserError", ['You are not allowed to access "Country".', "", None]], RIGHTS),
        (["UserError", ['Calling button "process on "Sale" is not allowed.', "", 0]], RIGHTS),
        (["LoginException", ["password", "Password for Ada", "password"]], OPERATOR),
        (["ConcurrencyException", "Records were modified"], (Stale, 503, "unavailable")),
        (["'nope'", ""], FAILED),
        (["UserError"], REFUSED),
        ([], FAILED),
        ("text", FAILED),
    ],
)
async def test_an_error_is_told_by_what_is_to_be_done(
    told: Any, stands_for: tuple[type[Problem], int, str]
) -> None:
    with pytest.raises(Problem) as caught:
        await session(tryton(create=[error(told)])).create("a.thing", {})

    problem = caught.value
    assert (type(problem), problem.code, problem.slug) == stands_for
    assert "Ada" not in f"{problem.document} {problem} {problem.__cause__}"


@pytest.mark.parametrize(
    ("answer", "code", "kind"),
    [
        pytest.param(page(503), 503, "unavailable", id="unknown database, or too busy"),
        pytest.param(page(200), 502, "bad-answer", id="HTML"),
        pytest.param(page(200, '{"id": 3, "result": [{"na'), 502, "bad-answer", id="truncated"),
        pytest.param(page(200, '{"id": 99, "result": 1}'), 502, "bad-answer", id="another's"),
        pytest.param(page(200, "[1]"), 502, "bad-answer", id="without its envelope"),
        pytest.param(result([{"id": 1}]), 502, "bad-answer", id="a field is missing"),
        pytest.param(result(None), 502, "bad-answer", id="nothing"),
        pytest.param(page(404), 502, "misconfigured", id="another server"),
        pytest.param(page(400), 502, "misconfigured", id="another protocol"),
        pytest.param(page(403), 502, "misconfigured", id="a method that is not public"),
        pytest.param(raises(Silent("")), 504, "no-answer", id="silence"),
        pytest.param(raises(Lost("")), 502, "connection-lost", id="a broken connection"),
        pytest.param(raises(Unreached("")), 503, "unavailable", id="nobody there"),
    ],
)
async def test_a_bad_day_after_the_login_is_told_as_what_it_is(
    answer: Answer, code: int, kind: str
) -> None:
    with pytest.raises(Unavailable) as caught:
        await session(tryton(search_read=[answer])).find(THINGS, [])

    assert (caught.value.code, caught.value.slug) == (code, kind)
    assert "words" not in str(caught.value.document)


@pytest.mark.parametrize("failure", [Lost(""), Silent("")])
async def test_only_questions_are_asked_again(failure: Exception) -> None:
    asked = tryton(search_read=[raises(failure), FOUND])
    done = tryton(create=[raises(failure), result([5])])

    assert await session(asked).find(THINGS, []) == ["thing"]
    with pytest.raises(Unavailable):
        await session(done).create("a.thing", {})
    assert done.called().count(CREATE) == 1


async def test_plain_text_under_a_gzip_label_is_read() -> None:
    """What trytond does where something in between takes our Accept-Encoding away."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        asked = orjson.loads(await reader.readexactly(length))
        results = {LOGIN: [2, "key", None], PREFERENCES: {"company": 7}, SEARCH: [{"name": "x"}]}
        body = orjson.dumps({"id": asked["id"], "result": results[asked["method"]]})
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with server, aclosing(NetworkSender()) as network:
        assert await session(network, f"http://{host}:{port}").find(THINGS, []) == ["x"]
