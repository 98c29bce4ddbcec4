"""The log: one JSON line per event, with the ids of its call, and nothing secret or personal."""

import logging
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from contracts.models.canonical import CustomerProfile
from runtime.calls.http import Request
from runtime.observability import causes
from runtime.problems import Misconfigured, Unavailable
from runtime.settings import Backend
from tests.runtime.conftest import Logged
from tests.runtime.probe import Thing, calling, probe

ADA = "ada.lovelace@example.com"


REQUEST = Request("POST", "/", [(b"authorization", ADA.encode())], ADA.encode())
SETTINGS = {"vendor": "v", "url": "http://erp", "password": ADA}


@dataclass
class Account:
    email: str
    tier: str


class Card(BaseModel, frozen=True):
    token: str
    kind: str


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"email": ADA}, id="a field"),
        pytest.param({"Email": ADA}, id="in capitals"),
        pytest.param({"e_mail": ADA}, id="with an underscore"),
        pytest.param({"customer": {"email": ADA}}, id="nested"),
        pytest.param({"customers": [{"contact": ({"email": ADA},)}]}, id="nested in a tuple"),
        pytest.param({"customer": CustomerProfile(name="x", email=ADA)}, id="a model"),
        pytest.param({"accounts": {"a": Account(ADA, "gold")}}, id="a dataclass"),
        pytest.param({"cards": {Card(token=ADA, kind="visa")}}, id="a model in a set"),
        pytest.param({"headers": {"Authorization": f"Bearer {ADA}"}}, id="a header"),
        pytest.param({"headers": {"x": 1, "Set-Cookie": ADA, "Cookie": ADA}}, id="cookies"),
        pytest.param({"options": {"api_key": ADA, "apiKey": ADA, "api-key": ADA}}, id="a key"),
        pytest.param({"request": REQUEST}, id="a request"),
        pytest.param({"raw": ADA.encode()}, id="bytes"),
        pytest.param({"backend": Backend.model_validate(SETTINGS)}, id="a backend's settings"),
    ],
)
def test_what_is_secret_or_personal_is_not_logged(logged: Logged, fields: dict[str, Any]) -> None:
    structlog.get_logger().info("event", **fields)

    [line] = logged()
    assert line["event"] == "event"
    assert fields.keys() <= line.keys()
    assert ADA not in str(line)


def test_what_is_neither_is_logged_as_it_is(logged: Logged) -> None:
    structlog.get_logger().info(
        "event",
        api="process/orders/v1",
        total=Decimal("1.20"),
        file=Path("/a"),
        accounts=[Account(ADA, "gold")],
        counts={1: 2},
    )

    [line] = logged()
    assert (line["api"], line["total"], line["file"]) == ("process/orders/v1", "1.20", "/a")
    assert line["accounts"] == [{"email": "[redacted]", "tier": "gold"}]
    assert line["counts"] == {"1": 2}


@pytest.mark.parametrize("value", ["\ud800", 10**30, float("nan"), object(), {(1, 2): {3}}])
def test_logging_never_fails(logged: Logged, value: object) -> None:
    structlog.get_logger().info("event", value=value, nested=[value])

    [line] = logged()
    assert "value" in line


def test_an_exception_is_logged_without_the_values_around_it(logged: Logged) -> None:
    def greet(name: str) -> None:
        raise KeyError(f"no greeting for {len(name)} letters")

    try:
        greet(ADA)
    except KeyError:
        structlog.get_logger().exception("failed")

    [line] = logged()
    [trace] = line["exception"]
    assert (trace["type"], trace["says"]) == ("KeyError", "'no greeting for 24 letters'")
    assert trace["frames"][-1].endswith(" greet")
    assert ADA not in str(line)


def test_an_exception_keeps_its_cause(logged: Logged) -> None:
    try:
        try:
            raise ConnectionResetError("gone")
        except ConnectionResetError as error:
            raise ValueError("outer") from error
    except ValueError:
        structlog.get_logger().exception("failed")

    [line] = logged()
    assert [trace["type"] for trace in line["exception"]] == ["ValueError", "ConnectionResetError"]


def test_causes_that_go_in_a_circle_are_told_once() -> None:
    first, second = Unavailable("away"), ValueError("behind it")
    first.__cause__, second.__cause__ = second, first

    assert causes(first) == ["ValueError: behind it"]


def test_what_did_not_validate_is_named_and_not_quoted(logged: Logged) -> None:
    with pytest.raises(ValidationError) as invalid:
        Thing.model_validate({"name": {"nested": ADA}, "quantity": ADA})
    try:
        raise ValueError("garbage") from invalid.value
    except ValueError as error:
        structlog.get_logger().exception("failed", cause=error.__cause__)

    [line] = logged()
    assert "quantity" in line["exception"][1]["says"]
    assert "quantity" in line["cause"]
    assert ADA not in str(line)


@pytest.mark.parametrize("level", [5, logging.WARNING, 35, logging.ERROR, logging.CRITICAL, 99])
def test_what_a_library_says_is_an_event_like_ours(logged: Logged, level: int) -> None:
    try:
        raise OSError("disk full")
    except OSError:
        logging.getLogger("library.part").log(level, "cannot %s", "write", exc_info=True)

    lines = logged()
    if level < logging.WARNING:
        assert lines == []
        return
    [line] = lines
    assert (line["source"], line["message"]) == ("library.part", "cannot write")
    assert line["level"] == ("warning" if level < logging.ERROR else "error")
    assert line["exception"][0]["says"] == "disk full"


async def test_every_line_of_a_call_has_its_ids(logged: Logged) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"

    async def talkative() -> Thing:
        structlog.get_logger().info("from the handler")
        logging.getLogger("library").warning("from a library")
        raise Unavailable("not now")

    headers = {"x-request-id": "find-me", "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    async with calling(probe(talkative)) as client:
        await client.get("/things/a", headers=headers)

    lines = logged()
    assert [line["event"] for line in lines] == [
        "from the handler",
        "library",
        "problem",
        "request",
    ]
    assert {line["request_id"] for line in lines} == {"find-me"}
    assert {line["trace_id"] for line in lines} == {trace}
    assert {line["parent_span_id"] for line in lines} == {"b7ad6b7169203331"}
    assert len({line["span_id"] for line in lines}) == 1
    assert all(line["at"].endswith("Z") for line in lines)


async def test_a_line_outside_of_a_call_has_no_ids(logged: Logged) -> None:
    structlog.get_logger().info("started")

    [line] = logged()
    assert line.keys() == {"event", "level", "at"}


async def test_a_request_is_one_line_without_what_was_sent(logged: Logged) -> None:
    body = {"name": "hammer", "quantity": 1}
    async with calling(probe()) as client:
        await client.post("/things", json=body)
        await client.get("/things/adalovelace", params={"tag": "personal"})

    created, refused = logged()
    assert (created["operation"], created["method"], created["status"]) == ("addThing", "POST", 201)
    assert (refused["operation"], refused["status"]) == ("getThing", 400)
    assert created["ms"] > 0
    assert "hammer" not in str(created)
    assert "lovelace" not in str(refused)
    assert "personal" not in str(refused)


@pytest.mark.parametrize(
    ("problem", "level"),
    [(Unavailable("the ERP is away"), "warning"), (Misconfigured("wrong password"), "error")],
)
async def test_the_cause_of_an_outage_is_in_the_log_and_not_in_the_answer(
    logged: Logged, problem: Unavailable, level: str
) -> None:
    async def fails() -> Thing:
        try:
            raise ConnectionResetError("10.0.0.7 hung up")
        except ConnectionResetError as error:
            raise problem from error

    async with calling(probe(fails)) as client:
        answer = await client.get("/things/a")

    [line] = [line for line in logged() if line["event"] == "problem"]
    assert (line["level"], line["kind"]) == (level, problem.kind)
    assert line["causes"] == ["ConnectionResetError: 10.0.0.7 hung up"]
    assert "10.0.0.7" not in answer.text
