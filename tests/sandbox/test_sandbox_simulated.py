"""The engines that made-up backends are told to: what is kept is shown, and the rest is an example."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.messages import Reply, Request
from sandbox.seed import read_seed
from sandbox.simulated.documents import SCHEMA, fill
from sandbox.simulated.rest import KEY, Rest, told_by
from sandbox.simulated.soap import Soap
from sandbox.store import open_store

ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
SOAP = """
soap: '1.1'
operations:
  Save: {request: '{urn:x}Save', does: keep, kind: order, by: [Ref], same: {Note: Note}}
  Book: {request: '{urn:x}Book', does: keep, kind: trip, numbers: ['No'], same: {}}
  Get: {request: '{urn:x}Get', does: show, kind: order, by: [Ref], same: {Note: Note, Line: Line}}
  List: {request: '{urn:x}List', does: show, kind: order, same: {Note: Note}, each: Order}
  Drop: {request: '{urn:x}Drop', does: forget, kind: order, by: [Ref]}
"""
REPLIES = {
    "Save": "<SaveResponse xmlns='urn:x'><Note>example</Note></SaveResponse>",
    "Book": "<BookResponse xmlns='urn:x'><No>1</No></BookResponse>",
    "Get": "<GetResponse xmlns='urn:x'><Order><Note>example</Note><Line>0</Line></Order></GetResponse>",
    "List": "<ListResponse xmlns='urn:x'><Order><Note>example</Note></Order></ListResponse>",
    "Drop": "<DropResponse xmlns='urn:x'/>",
}
ITEM = {"id": "I-1", "name": "example", "size": 1}
REST: dict[str, dict[str, Any]] = {
    "list": {
        "method": "GET",
        "path": "/items",
        "does": "list",
        "same": ["id", "name"],
        "answer": [ITEM],
    },
    "add": {
        "method": "POST",
        "path": "/items",
        "status": 201,
        "does": "keep",
        "by": "id",
        "numbered": True,
        "same": ["id", "name"],
        "answer": ITEM,
    },
    "get": {
        "method": "GET",
        "path": "/items/{itemId}",
        "does": "show",
        "same": ["id", "name"],
        "answer": ITEM,
    },
    "put": {
        "method": "PUT",
        "path": "/items/{itemId}",
        "does": "keep",
        "same": ["name"],
        "answer": ITEM,
    },
    "drop": {"method": "DELETE", "path": "/items/{itemId}", "does": "forget", "status": 204},
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_store(tmp_path / "x.db", SCHEMA, fill, read_seed())) as store:
        yield store


@pytest.fixture
def soap(db: sqlite3.Connection, tmp_path: Path) -> Soap:
    (tmp_path / "operations.yaml").write_text(SOAP)
    (tmp_path / "replies").mkdir()
    for name, reply in REPLIES.items():
        (tmp_path / "replies" / f"{name}.xml").write_text(ENVELOPE.format(reply))
    return Soap(db, Clock(), tmp_path)


@pytest.fixture
def rest(db: sqlite3.Connection, tmp_path: Path) -> Rest:
    told = {name: {"kind": "/items", **said} for name, said in REST.items()}
    (tmp_path / "operations.yaml").write_text(json.dumps({"operations": told}))
    return told_by(tmp_path)(db, Clock())


def say(soap: Soap, element: str, who: str = "strata:sandbox") -> Reply:
    who = b64encode(who.encode()).decode()
    body = ENVELOPE.format(element).encode()
    return soap.answer(Request("POST", "/soap", {}, {"authorization": f"Basic {who}"}, body))


def saved(soap: Soap, ref: str, note: str, *lines: int) -> None:
    inner = "".join(f"<Line>{line}</Line>" for line in lines)
    say(soap, f"<Save xmlns='urn:x'><Ref>{ref}</Ref><Note>{note}</Note>{inner}</Save>")


def ask(rest: Rest, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    content = json.dumps(body).encode() if body is not None else b""
    reply = rest.answer(Request(method, path, {}, {"x-api-key": KEY}, content))
    return reply.status, json.loads(reply.body) if reply.body else None


def test_what_was_kept_is_shown_under_its_key_and_the_rest_is_an_example(soap: Soap) -> None:
    saved(soap, "a", "mine", 7, 8)

    shown = say(soap, "<Get xmlns='urn:x'><Ref>a</Ref></Get>").body.decode()
    other = say(soap, "<Get xmlns='urn:x'><Ref>b</Ref></Get>").body.decode()

    assert "<Note>mine</Note>" in shown
    assert shown.count("<Line>") == 2
    assert "<Note>example</Note><Line>0</Line>" in other


def test_what_is_kept_again_takes_its_place_and_what_is_forgotten_is_gone(soap: Soap) -> None:
    saved(soap, "a", "old")
    saved(soap, "a", "new")
    saved(soap, "b", "other")

    listed = say(soap, "<List xmlns='urn:x'/>").body.decode()
    say(soap, "<Drop xmlns='urn:x'><Ref>a</Ref></Drop>")
    after = say(soap, "<List xmlns='urn:x'/>").body.decode()

    assert listed.count("<Order>") == 2
    assert "new" in listed
    assert "old" not in listed
    assert "new" not in after
    assert "other" in after


def test_a_number_of_the_backends_own_is_new_each_time(soap: Soap) -> None:
    numbers = [say(soap, "<Book xmlns='urn:x'/>").body for _ in range(2)]

    assert b"<No>1001</No>" in numbers[0]
    assert b"<No>1002</No>" in numbers[1]


@pytest.mark.parametrize(
    ("element", "who", "status", "says"),
    [
        ("<Get xmlns='urn:x'/>", "strata:wrong", 401, "User or password"),
        ("<Got xmlns='urn:x'/>", "strata:sandbox", 500, "faultcode>soap:Client"),
        ("<Got", "strata:sandbox", 500, "not XML"),
    ],
)
def test_what_is_no_call_is_refused(
    soap: Soap, element: str, who: str, status: int, says: str
) -> None:
    reply = say(soap, element, who)

    assert reply.status == status
    assert says in reply.body.decode()


def test_what_was_put_is_shown_and_listed_and_gone_when_deleted(rest: Rest) -> None:
    assert ask(rest, "GET", "/items/I-9") == (200, ITEM)

    assert ask(rest, "PUT", "/items/I-9", {"name": "mine"}) == (200, {**ITEM, "name": "mine"})

    assert ask(rest, "GET", "/items/I-9")[1]["name"] == "mine"
    assert [item["name"] for item in ask(rest, "GET", "/items")[1]] == ["mine"]
    assert ask(rest, "DELETE", "/items/I-9") == (204, None)
    assert ask(rest, "GET", "/items/I-9") == (200, ITEM)


def test_what_was_posted_is_found_under_the_id_it_got(rest: Rest) -> None:
    status, made = ask(rest, "POST", "/items", {"name": "mine"})

    assert (status, made["id"]) == (201, "1001")
    assert ask(rest, "GET", "/items/1001")[1] == {**ITEM, "id": "1001", "name": "mine"}
    assert ask(rest, "POST", "/items", {"name": "next"})[1]["id"] == "1002"


def test_a_call_without_the_key_is_refused(rest: Rest) -> None:
    reply = rest.answer(Request("GET", "/items", {}, {}, b""))

    assert reply.status == 401
