"""JSON or XML, as the caller sends and wants it: one validation, one answer, one kind of problem."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from runtime.apis.xml_text import XmlShape
from runtime.contracts.contract import Contract
from tests.runtime.edited import edited
from tests.runtime.inventory import INVENTORY, refusal
from tests.runtime.probe import NAME, ROOT, calling, probe
from tests.runtime.problem import assert_problem

KIT = {
    "name": "box",
    "things": [{"name": "hammer", "quantity": 2}, {"name": "saw & file", "quantity": 1}],
    "tags": ["heavy", ""],
    "weight": 2.5,
    "sharp": True,
    "size": 3,
}
XML = (
    b"<kit><name>box</name><things><name>hammer</name><quantity>2</quantity></things>"
    b"<things><name>saw &amp; file</name><quantity>1</quantity></things>"
    b"<tags><tag>heavy</tag><tag/></tags><weight>2.5</weight><sharp>true</sharp><size>3</size></kit>"
)
THING = b"<thing><name>a</name><quantity>1</quantity></thing>"


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(probe()) as client:
        yield client


async def post(
    api: httpx.AsyncClient, body: bytes, accept: str = "application/json", of: str = "xml"
) -> httpx.Response:
    headers = {"content-type": f"application/{of}", "accept": accept}
    return await api.post("/kits", content=body, headers=headers)


def shape() -> XmlShape:
    contract = Contract.load(NAME, ROOT)
    schema = contract.operations["addKit"].body_schema()
    assert schema is not None
    return XmlShape.of(contract.document, schema)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9)
KITS = st.fixed_dictionaries(
    {
        "name": TEXT,
        "things": st.lists(st.fixed_dictionaries({"name": TEXT, "quantity": st.integers(1, 9)})),
    },
    optional={
        "tags": st.lists(TEXT),
        "weight": st.floats(-1e6, 1e6),
        "sharp": st.booleans(),
        "size": st.integers(-(10**17), 10**17),
    },
)


@given(KITS)
def test_what_is_written_is_read_again(kit: dict[str, Any]) -> None:
    found = shape()
    kit = {**kit, "name": kit["name"].replace("\ufffe", "").replace("\uffff", "")}
    assert found.read(found.write(kit)) == _writable(kit)


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _writable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_writable(part) for part in value]
    unwritable = dict.fromkeys(map(ord, "\ufffe\uffff"), "\ufffd")
    return value.translate(unwritable) if isinstance(value, str) else value


async def test_xml_is_validated_and_answered_like_json(api: httpx.AsyncClient) -> None:
    answer = await post(api, _named(XML))
    assert (answer.status_code, answer.json()) == (201, KIT)
    in_xml = await post(api, _named(XML), "application/xml")
    assert in_xml.headers["content-type"] == "application/xml"
    assert in_xml.headers["vary"] == "accept"
    root = etree.fromstring(in_xml.content)
    assert etree.tostring(root) == _named(XML)
    again = await post(api, in_xml.content)
    assert again.json() == KIT


def _named(xml: bytes) -> bytes:
    """With the name the items have."""
    return xml.replace(b"<things>", b"<thing>").replace(b"</things>", b"</thing>")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("text/*", "xml"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("application/json;q=0.5, application/xml", "xml"),
        ("application/xml;q=0.5, application/json", "json"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "xml"),
        ("application/xml;q=0, */*", "json"),
        ("application/json;q=oops, application/xml;q=0.1", "xml"),
    ],
)
async def test_the_caller_has_its_choice(api: httpx.AsyncClient, accept: str, kind: str) -> None:
    answer = await post(api, _named(XML), accept)
    assert answer.headers["content-type"] == f"application/{kind}"


async def test_what_is_not_there_cannot_be_chosen(api: httpx.AsyncClient) -> None:
    assert_problem(await post(api, XML, "text/html"), 406, "not-acceptable")
    assert_problem(await post(api, b"name: box", of="yaml"), 415, "unsupported-media-type")
    in_xml = await api.post("/things", content=XML, headers={"content-type": "application/xml"})
    assert_problem(in_xml, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param(b"<kit/>", "#/name", id="a required member is missing"),
        pytest.param(b"<box/>", "#", id="another root"),
        pytest.param(b'<kit xmlns="urn:other"><name>a</name></kit>', "#", id="a namespace"),
        pytest.param(b"<kit><name>a</name><colour>red</colour></kit>", "#/colour", id="unknown"),
        pytest.param(b'<kit id="1"><name>a</name></kit>', "#/@id", id="an attribute"),
        pytest.param(b"<kit><name>a</name><name>b</name></kit>", "#/name", id="twice"),
        pytest.param(b"<kit><name><first>a</first></name></kit>", "#/name", id="no text"),
        pytest.param(
            b"<kit><name>a</name>" + THING.replace(b"1", b"one") + b"</kit>",
            "#/things/0/quantity",
            id="a text for a number",
        ),
        pytest.param(
            b"<kit><name>a</name>" + THING + THING.replace(b"1", b"1000") + b"</kit>",
            "#/things/1/quantity",
            id="too great",
        ),
        pytest.param(b"<kit><name>a</name>" + THING * 4 + b"</kit>", "#/things", id="too many"),
        pytest.param(b"<kit><name>a</name><thing>b</thing></kit>", "#/things/0", id="no members"),
        pytest.param(b"<kit><name>a</name><sharp>very</sharp></kit>", "#/sharp", id="no boolean"),
    ],
)
async def test_a_wrong_member_is_pointed_at_in_both(
    api: httpx.AsyncClient, body: bytes, pointer: str
) -> None:
    answer = await post(api, body)
    assert_problem(answer, 422, "invalid")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    in_xml = await post(api, body, "application/xml")
    assert (in_xml.status_code, in_xml.headers["content-type"]) == (422, "application/problem+xml")
    names = {"p": "urn:ietf:rfc:7807"}
    root = etree.fromstring(in_xml.content)
    assert root.findtext("p:type", None, names) == "urn:strata:problem:invalid"
    assert pointer in [e.text for e in root.iterfind("p:errors/p:i/p:pointer", names)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="JSON"),
        pytest.param(b"<kit>", id="cut short"),
        pytest.param(b"<kit/><kit/>", id="two documents"),
        pytest.param(b"<kit><name>&lol;</name></kit>", id="an entity of nobody"),
        pytest.param(
            b'<!DOCTYPE kit [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kit><name>&b;</name></kit>',
            id="entities to expand",
        ),
        pytest.param(
            b'<!DOCTYPE kit [<!ENTITY x SYSTEM "file:///etc/passwd">]><kit><name>&x;</name></kit>',
            id="an entity from outside",
        ),
        pytest.param(b'<!DOCTYPE kit SYSTEM "http://127.0.0.1:9/x"><kit/>', id="a document type"),
        pytest.param(b"<a>" * 10_000 + b"</a>" * 10_000, id="10,000 levels"),
        pytest.param(b"<kit><name>\xff\xfe</name></kit>", id="not UTF-8"),
    ],
)
async def test_what_is_not_xml_is_a_400(api: httpx.AsyncClient, body: bytes) -> None:
    assert_problem(await post(api, body), 400, "malformed")


async def test_who_may_not_is_told_in_xml_too() -> None:
    async with calling(probe(), bearer="") as client:
        answer = await post(client, XML, "application/xml")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+xml")


def test_what_xml_cannot_say_is_replaced() -> None:
    written = shape().write({"name": "a\x00b\x0b", "things": []})
    assert shape().read(written)["name"] == "a\ufffdb\ufffd"


def test_xml_that_is_not_the_json_is_no_contract(tmp_path: Path) -> None:
    def speak(document: dict[str, Any]) -> None:
        schema = {"$ref": "#/components/schemas/StockList"}
        operation = document["paths"]["/stock/{sku}"]["get"]
        operation["responses"]["200"]["content"]["application/xml"] = {"schema": schema}
        document["components"]["schemas"]["StockList"]["xml"] = {"prefix": "s"}

    found = refusal({}, edited(tmp_path, INVENTORY, speak))
    assert found == [
        "getStock: StockList: xml: prefix is not supported",
        "getStock: response 200: JSON and XML are not of one schema",
    ]
