"""Each kind of fault, as a real client meets it."""

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from sandbox.launch import Running

STOCK = "/stock/DOCK-TB4"
ORDER = {"lines": [{"article": "CBL-USBC-2M", "qty": 1}], "ttlSeconds": 60}


async def order(client: AsyncClient, kind: str, operation: str = "*", **more: Any) -> None:
    body = {"operation": operation, "kind": kind, **more}
    reply = await client.post("/_sandbox/faults", json=body)
    assert reply.status_code == 200, reply.text


async def calls(client: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/_sandbox/calls")).json()["calls"]
    return found


def raw_exchange(url: str, path: str) -> bytes:
    """Everything the server sends until it ends the connection."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-wms-token\r\n\r\n"
        raw.sendall(head.encode())
        return b"".join(iter(lambda: raw.recv(65536), b""))


async def test_a_delay_comes_before_the_answer(inventory: AsyncClient) -> None:
    await order(inventory, "delay", seconds=0.3)
    start = time.monotonic()
    assert (await inventory.get(STOCK)).status_code == 200
    assert time.monotonic() - start >= 0.3


async def test_delayed_work_is_done_even_if_the_caller_has_gone(inventory: AsyncClient) -> None:
    await order(inventory, "delay", seconds=0.2)
    with pytest.raises(httpx.ReadTimeout):
        await inventory.put("/holds/late-work", json=ORDER, timeout=0.05)
    assert (await inventory.get("/holds/late-work")).status_code == 404
    await asyncio.sleep(0.25)
    assert (await inventory.get("/holds/late-work")).status_code == 200
    await inventory.delete("/holds/late-work")


async def test_a_timeout_after_commit_hides_a_success(inventory: AsyncClient) -> None:
    await order(inventory, "timeout_after_commit", "putHold", seconds=4)
    start = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        await inventory.put("/holds/hidden", json=ORDER, timeout=0.1)
    assert (await inventory.get("/holds/hidden")).json()["status"] == "HELD"
    assert time.monotonic() - start < 4
    await inventory.delete("/holds/hidden")


async def test_an_error_500_does_no_work(inventory: AsyncClient) -> None:
    await order(inventory, "error_500")
    reply = await inventory.put("/holds/failed", json=ORDER)
    assert (reply.status_code, reply.json()["code"]) == (500, "FAILURE")
    assert (await inventory.get("/holds/failed")).status_code == 404


async def test_too_many_requests_says_when_to_come_back(payments: AsyncClient) -> None:
    await order(payments, "too_many_requests", "listIntents", seconds=7)
    reply = await payments.get("/v1/payment_intents")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7")
    assert reply.json()["error"]["code"] == "rate_limit"


async def test_a_dropped_connection_is_a_reset_without_work(
    inventory: AsyncClient, running: Running
) -> None:
    await order(inventory, "drop_connection", times=2)
    with pytest.raises(ConnectionResetError):
        await asyncio.to_thread(raw_exchange, running.urls["inventory"], STOCK)
    with pytest.raises(httpx.ReadError):
        await inventory.put("/holds/dropped", json=ORDER)
    assert (await inventory.get("/holds/dropped")).status_code == 404
    assert [call["status"] for call in await calls(inventory)] == [None, None, 404]


async def test_a_drop_after_commit_is_a_reset_after_the_work(inventory: AsyncClient) -> None:
    await order(inventory, "drop_after_commit")
    with pytest.raises(httpx.ReadError):
        await inventory.put("/holds/dropped-late", json=ORDER)
    assert (await inventory.get("/holds/dropped-late")).json()["status"] == "HELD"
    assert [call["status"] for call in await calls(inventory)] == [201, 200]
    await inventory.delete("/holds/dropped-late")


async def test_a_slow_drip_outlasts_a_read_timeout_it_never_triggers(
    inventory: AsyncClient,
) -> None:
    await order(inventory, "slow_drip", seconds=0.6)
    start = time.monotonic()
    async with inventory.stream("GET", STOCK, timeout=0.3) as reply:
        pieces = [piece async for piece in reply.aiter_raw()]
    assert time.monotonic() - start >= 0.6
    assert len(pieces) > 20
    assert b"".join(pieces) == (await inventory.get(STOCK)).content


async def test_a_truncated_answer_promises_more_than_it_sends(
    inventory: AsyncClient, running: Running
) -> None:
    whole = (await inventory.get(STOCK)).content
    await order(inventory, "truncated", times=2)
    sent = await asyncio.to_thread(raw_exchange, running.urls["inventory"], STOCK)
    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert f"content-length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]
    with pytest.raises(httpx.RemoteProtocolError):
        await inventory.get(STOCK)


async def test_html_garbage_comes_with_200_and_no_work(inventory: AsyncClient) -> None:
    await order(inventory, "html")
    reply = await inventory.put("/holds/garbage", json=ORDER)
    assert (reply.status_code, reply.text[:6]) == (200, "<html>")
    assert (await inventory.get("/holds/garbage")).status_code == 404


async def test_unauthorized_is_told_in_each_vendors_own_voice(
    clients: dict[str, AsyncClient],
) -> None:
    asked = {name: client for name, client in clients.items() if name != "mail"}  # asks nobody
    for client in asked.values():
        await order(client, "unauthorized")
    replies = {name: await client.get("/soap") for name, client in asked.items()}
    assert {reply.status_code for reply in replies.values()} == {401}
    assert replies["erp"].text.startswith("<html>")
    assert replies["compliance"].json()["reason"] == "BAD_KEY"
    assert replies["crm"].json()["error"]["code"] == "BAD_API_KEY"
    assert replies["inventory"].json()["code"] == "BAD_TOKEN"
    assert replies["payments"].json()["error"]["type"] == "invalid_request_error"


async def test_a_soap_fault_is_the_erps_alone(erp: AsyncClient, crm: AsyncClient) -> None:
    await order(erp, "soap_fault", "*")
    reply = await erp.post("/soap", content="<x/>")
    assert reply.status_code == 500
    assert "<faultcode>soap:Server</faultcode>" in reply.text
    refused = await crm.post("/_sandbox/faults", json={"operation": "*", "kind": "soap_fault"})
    assert refused.status_code == 400


async def test_a_fault_hits_its_operation_only_and_as_often_as_ordered(
    inventory: AsyncClient,
) -> None:
    await order(inventory, "error_500", "listStock", times=2)
    assert (await inventory.get(STOCK)).status_code == 200
    many = {"articles": "DOCK-TB4"}
    codes = [(await inventory.get("/stock", params=many)).status_code for _ in range(3)]
    assert codes == [500, 500, 200]
    assert (await inventory.get("/_sandbox/faults")).json() == {"faults": []}


async def test_a_rate_is_the_same_sequence_in_every_run(
    another: Callable[[], Running], connect: Callable[[Running], dict[str, AsyncClient]]
) -> None:
    async def outcomes() -> list[int]:
        client = connect(another())["inventory"]
        await order(client, "error_500", "getStock", rate=0.5)
        return [(await client.get(STOCK)).status_code for _ in range(30)]

    first = await outcomes()
    assert first == await outcomes()
    assert 5 < first.count(500) < 25


async def test_faults_are_listed_and_cleared(inventory: AsyncClient) -> None:
    await order(inventory, "delay", "getStock", seconds=2, times=3)
    await order(inventory, "html", rate=0.5)
    assert (await inventory.get("/_sandbox/faults")).json()["faults"] == [
        {"operation": "getStock", "kind": "delay", "seconds": 2, "times": 3},
        {"operation": "*", "kind": "html", "rate": 0.5},
    ]
    assert (await inventory.delete("/_sandbox/faults")).status_code == 204
    assert (await inventory.get(STOCK)).status_code == 200


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"kind": "earthquake"}, "known: delay, timeout_after_commit"),
        ({"operation": "CreateSalesOrder"}, "known: *, listStock, getStock"),
        ({"times": 0}, "times is an integer from 1"),
        ({"times": True}, "times is an integer from 1"),
        ({"rate": 1.5}, "rate is a number from 0 to 1"),
        ({"times": 1, "rate": 0.5}, "not both"),
        ({"seconds": 1}, "error_500 takes no seconds"),
        ({"kind": "delay", "seconds": "1"}, "seconds is a number"),
        ({"colour": "red"}, "Unknown fields: colour"),
    ],
)
async def test_a_bad_order_is_refused_with_a_hint(
    inventory: AsyncClient, change: dict[str, Any], hint: str
) -> None:
    body = {"operation": "getStock", "kind": "error_500"} | change
    reply = await inventory.post("/_sandbox/faults", json=body)
    assert reply.status_code == 400
    assert hint in reply.json()["error"]


async def test_control_input_that_is_no_json_or_no_control_is_refused(
    inventory: AsyncClient,
) -> None:
    assert (await inventory.post("/_sandbox/faults", content=b"{")).status_code == 400
    assert (await inventory.post("/_sandbox/faults", json=[])).status_code == 400
    assert (await inventory.post("/_sandbox/clock", json={})).status_code == 400
    assert "GET /_sandbox/state" in (await inventory.get("/_sandbox/x")).json()["error"]


async def test_the_call_log_holds_backend_calls_only(inventory: AsyncClient) -> None:
    await inventory.get(STOCK)
    await inventory.get("/stock/NOPE")
    await order(inventory, "error_500")
    await inventory.get(STOCK)
    logged = [(call["operation"], call["status"], call["fault"]) for call in await calls(inventory)]
    assert logged == [
        ("getStock", 200, None),
        ("getStock", 404, None),
        ("getStock", 500, "error_500"),
    ]
    assert (await inventory.delete("/_sandbox/calls")).status_code == 204
    assert await calls(inventory) == []


async def test_what_is_still_to_come_of_a_call_is_known(inventory: AsyncClient) -> None:
    await order(inventory, "delay", "putHold", seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        await inventory.put("/holds/to-come", json=ORDER, timeout=0.05)
    assert (await inventory.get("/_sandbox/calls")).json()["underWay"] == 1
    await asyncio.sleep(0.35)
    assert (await inventory.get("/_sandbox/calls")).json()["underWay"] == 0
    await order(inventory, "drop_connection")
    with pytest.raises(httpx.ReadError):
        await inventory.get(STOCK)
    assert (await inventory.get("/_sandbox/calls")).json()["underWay"] == 0
    await inventory.delete("/holds/to-come")


async def test_a_snapshot_brings_back_the_state_and_takes_away_faults_and_calls(
    inventory: AsyncClient,
) -> None:
    await inventory.post("/_sandbox/snapshots", json={"save": "before"})
    before = (await inventory.get("/_sandbox/state")).json()
    await inventory.put("/holds/forgotten", json=ORDER)
    await order(inventory, "html")
    reply = await inventory.post("/_sandbox/snapshots", json={"restore": "before"})
    assert reply.status_code == 204
    assert (await inventory.get("/_sandbox/state")).json() == before
    assert await calls(inventory) == []
    assert (await inventory.get("/holds/forgotten")).status_code == 404


@pytest.mark.parametrize("body", [{"restore": "none"}, {"save": 1}, {}, [], {"save": "a", "b": 1}])
async def test_a_snapshot_that_cannot_be_had_is_refused(inventory: AsyncClient, body: Any) -> None:
    reply = await inventory.post("/_sandbox/snapshots", json=body)
    assert reply.status_code == 400
