"""The simulated Salesforce, spoken to as its documentation says, without Strata's connector."""

import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.launch import Running
from tests.plain import NOBODY

API = "/services/data/v62.0"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def assertion(pem: str, alg: str = "RS256", **changes: Any) -> str:
    claims = {"iss": "sandbox-connected-app", "sub": "integration@sandbox.example"}
    claims |= {"aud": "https://login.salesforce.com"}
    told = claims | {"exp": int(time.time()) + 120} | changes
    text = f"{base64url(json.dumps({'alg': alg}).encode())}.{base64url(json.dumps(told).encode())}"
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return f"{text}.{base64url(key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


@pytest.fixture(scope="module")
async def salesforce(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=running.urls["salesforce"], timeout=5, verify=NOBODY
    ) as client:
        pem = (await client.get("/_sandbox/app")).json()["private_key"]
        reply = await log_in(client, assertion(pem))
        client.headers["authorization"] = f"Bearer {reply.json()['access_token']}"
        yield client


async def log_in(client: httpx.AsyncClient, signed: str) -> httpx.Response:
    form = {"grant_type": GRANT, "assertion": signed}
    return await client.post("/services/oauth2/token", data=form)


async def query(client: httpx.AsyncClient, soql: str, which: str = "query") -> Any:
    return (await client.get(f"{API}/{which}", params={"q": soql})).json()


async def composite(client: httpx.AsyncClient, *steps: Any, all_or_none: bool = True) -> Any:
    body = {"allOrNone": all_or_none, "compositeRequest": list(steps)}
    reply = await client.post(f"{API}/composite", json=body)
    assert reply.status_code == 200
    return {one["referenceId"]: one for one in reply.json()["compositeResponse"]}


def upsert(name: str, key: str, **fields: Any) -> Any:
    url = f"{API}/sobjects/Account/StrataId__c/{key}"
    return {"method": "PATCH", "url": url, "referenceId": name, "body": fields}


async def test_a_login_answers_where_to_go_and_not_for_how_long(
    salesforce: httpx.AsyncClient,
) -> None:
    pem = (await salesforce.get("/_sandbox/app")).json()["private_key"]

    told = (await log_in(salesforce, assertion(pem))).json()

    assert told["instance_url"] == str(salesforce.base_url).rstrip("/")
    assert "expires_in" not in told


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"exp": 1}, "invalid assertion"),
        ({"exp": 10**10}, "invalid assertion"),
        ({"alg": "none"}, "invalid assertion"),
        ({"aud": "https://example.com"}, "audience is invalid"),
        ({"sub": "somebody"}, "user hasn't approved this consumer"),
        ({"iss": "another"}, "client identifier invalid"),
    ],
)
async def test_a_wrong_assertion_is_refused(
    salesforce: httpx.AsyncClient, changes: dict[str, Any], says: str
) -> None:
    pem = (await salesforce.get("/_sandbox/app")).json()["private_key"]

    reply = await log_in(salesforce, assertion(pem, **changes))

    assert reply.status_code == 400
    assert reply.json()["error_description"].startswith(says)


async def test_another_key_and_no_assertion_are_refused(salesforce: httpx.AsyncClient) -> None:
    pem = (await salesforce.get("/_sandbox/app")).json()["private_key"]
    head, claims, _ = assertion(pem).split(".")
    for wrong in ("", "a.b", f"{head}.{claims}.{base64url(b'x' * 256)}"):
        assert (await log_in(salesforce, wrong)).json()["error"] == "invalid_grant"


async def test_without_a_session_nothing_is_told(salesforce: httpx.AsyncClient) -> None:
    for header in ("", "Bearer guess", "Basic guess"):
        reply = await salesforce.get(f"{API}/query", headers={"authorization": header})
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


async def test_each_call_is_counted(salesforce: httpx.AsyncClient) -> None:
    soql = {"q": "SELECT Id FROM Account LIMIT 1"}
    told = [
        (await salesforce.get(f"{API}/query", params=soql)).headers["sforce-limit-info"]
        for _ in range(2)
    ]
    first, second = (int(text.removeprefix("api-usage=").split("/")[0]) for text in told)
    assert second == first + 1


async def test_an_upsert_creates_then_updates_and_keeps_what_it_does_not_name(
    salesforce: httpx.AsyncClient,
) -> None:
    url = f"{API}/sobjects/Account/StrataId__c/sf-upsert"
    made = await salesforce.patch(url, json={"Name": " Ines ", "StrataSegment__c": "Gold"})
    changed = await salesforce.patch(url, json={"Name": "Ines B."})
    soql = "SELECT Name, StrataSegment__c FROM Account WHERE StrataId__c = 'sf-upsert'"
    [row] = (await query(salesforce, soql))["records"]
    assert (made.status_code, changed.status_code) == (201, 200)
    assert made.json()["id"] == changed.json()["id"]
    assert (row["Name"], row["StrataSegment__c"]) == ("Ines B.", "Gold")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("Account/StrataId__c/sf-x", {"Name": ""}, "REQUIRED_FIELD_MISSING"),
        ("Account/StrataId__c/sf-x", {"Name": "x" * 256}, "STRING_TOO_LONG"),
        ("Account/StrataId__c/sf-x", {"Name": "x", "Nick": "y"}, "INVALID_FIELD"),
        (
            "Account/StrataId__c/sf-x",
            {"Name": "x", "StrataSegment__c": "Platinum"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
        ("Account/StrataId__c/sf-x.json", {"Name": "x"}, "NOT_FOUND"),
        ("Account/Other__c/sf-x", {"Name": "x"}, "NOT_FOUND"),
        ("Lead/StrataId__c/sf-x", {"Name": "x"}, "NOT_FOUND"),
    ],
)
async def test_a_bad_upsert_says_what_is_wrong(
    salesforce: httpx.AsyncClient, path: str, body: Any, code: str
) -> None:
    reply = await salesforce.patch(f"{API}/sobjects/{path}", json=body)

    assert reply.status_code in (400, 404)
    assert reply.json()[0]["errorCode"] == code


async def test_an_error_undoes_all_or_only_itself(salesforce: httpx.AsyncClient) -> None:
    good, bad = upsert("good", "sf-all", Name="Good"), upsert("bad", "sf-bad", Name="")
    found = "SELECT Id FROM Account WHERE StrataId__c = 'sf-all'"

    told = await composite(salesforce, good, bad)
    assert [told[name]["body"][0]["errorCode"] for name in ("good", "bad")] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
    ]
    assert (await query(salesforce, found))["totalSize"] == 0

    told = await composite(salesforce, good, bad, all_or_none=False)
    assert (told["good"]["httpStatusCode"], told["bad"]["httpStatusCode"]) == (201, 400)
    assert (await query(salesforce, found))["totalSize"] == 1


async def test_a_step_uses_what_an_earlier_one_answered(salesforce: httpx.AsyncClient) -> None:
    await composite(salesforce, upsert("made", "sf-ref", Name="Ines"))
    q = "SELECT+Id+FROM+Account+WHERE+StrataId__c+%3D+'{}'"
    look = {"method": "GET", "url": f"{API}/query?q={q.format('sf-ref')}", "referenceId": "a"}
    task = {"Subject": "Hello", "WhatId": "@{a.records[0].Id}"}
    make = {"method": "POST", "url": f"{API}/sobjects/Task", "referenceId": "t", "body": task}
    nobody = look | {"url": f"{API}/query?q={q.format('sf-nobody')}"}

    assert (await composite(salesforce, look, make))["t"]["httpStatusCode"] == 201
    lost = (await composite(salesforce, nobody, make, all_or_none=False))["t"]
    assert lost["body"][0]["errorCode"] == "PROCESSING_HALTED"


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY"),
        ('SELECT Id FROM Account WHERE Name = "a"', "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a' --", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account; DROP TABLE accounts", "MALFORMED_QUERY"),
        ("SELECT Nick FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Lead", "INVALID_TYPE"),
    ],
)
async def test_a_bad_query_says_what_is_wrong(
    salesforce: httpx.AsyncClient, soql: str, code: str
) -> None:
    assert (await query(salesforce, soql))[0]["errorCode"] == code


async def test_texts_compare_in_any_case_and_ids_do_not(salesforce: httpx.AsyncClient) -> None:
    where = "SELECT Id FROM Account WHERE "
    assert (await query(salesforce, where + "Name = 'ADA LINDQVIST'"))["totalSize"] == 1
    assert (await query(salesforce, where + "StrataId__c = 'C-1001'"))["totalSize"] == 1
    assert (await query(salesforce, where + "StrataId__c = 'c-1001'"))["totalSize"] == 0


async def test_archived_tasks_are_found_by_query_all_alone(salesforce: httpx.AsyncClient) -> None:
    old = {"Subject": "sf-old", "Status": "Completed", "ActivityDate": "2019-05-01"}
    assert (await salesforce.post(f"{API}/sobjects/Task", json=old)).status_code == 201
    soql = "SELECT Id FROM Task WHERE Subject = 'sf-old'"
    assert (await query(salesforce, soql))["totalSize"] == 0
    assert (await query(salesforce, soql, "queryAll"))["totalSize"] == 1


async def test_an_id_has_the_form_of_one(salesforce: httpx.AsyncClient) -> None:
    [row] = (await query(salesforce, "SELECT Id FROM Account ORDER BY Id LIMIT 1"))["records"]
    assert re.fullmatch("001[A-Za-z0-9]{15}", row["Id"])
