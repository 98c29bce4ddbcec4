"""The same calls, all layers in one process or an API in each: the same answers, byte for byte."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from sandbox.launch import launch
from tests.end_to_end import bulks
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.plain import NOBODY

FROZEN = {"fixed_time": "2026-01-15T12:00:00+00:00"}
ONBOARDING = "process/onboarding"
NORA: dict[str, Any] = {
    "kind": "person",
    "name": "Nora Bauer",
    "email": "nora.bauer@example.com",
    "address": {"street": "Lindenweg 3", "city": "Bonn", "postalCode": "53111", "country": "DE"},
}
APPLICANTS: list[dict[str, object]] = [
    {},
    {},  # the same under another key
    {"name": "Marguerite Quell", "email": "m.quell@example.com"},
    {"name": "Kim", "email": "kim@example.com", "address": {**NORA["address"], "country": "KP"}},
    {"email": "nora"},
]
SEEN = (
    "content-type",
    "content-length",
    "retry-after",
    "www-authenticate",
    "x-request-id",
    "idempotency-replayed",
    "location",
)


async def test_every_answer_is_the_same(tmp_path: Path) -> None:
    answers = {}
    for mode in ("fused", "split"):
        with deployed(tmp_path / mode, split=mode == "split") as (platform, backends):
            answers[mode] = [_bytes(reply) for reply in await script(platform, backends)]

    assert answers["fused"] == answers["split"]
    statuses = {answer[0] for answer in answers["fused"]}
    assert {200, 201, 400, 401, 404, 409, 422, 502} <= statuses


@contextmanager
def deployed(folder: Path, *, split: bool) -> Iterator[tuple[Deployment, Backends]]:
    folder.mkdir()
    with launch(folder / "sandbox") as sandbox, httpx.Client(verify=NOBODY) as http:
        platform = Deployment(folder, split, sandbox.urls, FROZEN)
        with platform:
            yield platform, Backends(sandbox.urls, http)


async def script(platform: Deployment, backends: Backends) -> list[httpx.Response]:
    """What a busy afternoon holds: orders, customers, refusals, failures and looks at all of them."""
    replies: list[httpx.Response] = []

    async def ask(method: str, api: str, path: str, **options: Any) -> httpx.Response:
        options["headers"] = {"x-request-id": f"r{len(replies)}", **options.get("headers", {})}
        replies.append(await platform.call(method, api, path, **options))
        return replies[-1]

    async def order(key: str, lines: dict[str, int], **options: Any) -> httpx.Response:
        options["headers"] = {"x-request-id": f"r{len(replies)}"}
        replies.append(await platform.checkout(key, lines, **options))
        return replies[-1]

    async def update(key: str, change: dict[str, Any]) -> httpx.Response:
        path, headers = "/customers/C-1001/profile", {"idempotency-key": key}
        options: dict[str, Any] = {"json": change, "headers": headers, "client": "backoffice"}
        return await ask("PUT", "process/customers", path, **options)

    placed = await order("order-one", {"CBL-USBC-2M": 2})
    order_id = placed.json()["id"]
    await order("order-one", {"CBL-USBC-2M": 2})
    await order("order-one", {"CBL-USBC-2M": 3})
    await order("order-two", {"CHAIR-MESH": 1}, card="pm_card_chargeDeclined")
    await order("order-three", {"CAM-1080P": 1})
    await order("order-four", {"NOPE": 1})
    await order("order-five", {"CBL-USBC-2M": 1}, client="stranger")
    await order("order-six", {"CBL-USBC-2M": 1}, client=None)
    await order("bad", {"CBL-USBC-2M": 1})
    await ask("GET", "experience/web", f"/orders/{order_id}")
    await ask("GET", "experience/web", f"/orders/{order_id}", client="bruno")
    await ask("GET", "process/orders", f"/orders/{order_id}", client="backoffice")
    await ask("GET", "process/orders", f"/orders/{order_id}/tracking", client="backoffice")
    short = {"whenShort": "ship-available"}
    await order("order-short", {"CAM-1080P": 1, "DESK-SIT-160": 9}, also=short)
    shown = {"expectedTotal": {"amount": "1.00", "currency": "EUR"}}
    await order("order-dear", {"CBL-USBC-2M": 1}, also=shown)
    mine = "/orders?customerId=C-1001&limit=1"
    listed = await ask("GET", "process/orders", mine, client="backoffice")
    cursor = listed.json()["nextCursor"]
    await ask("GET", "process/orders", f"{mine}&cursor={cursor}", client="backoffice")
    await ask("GET", "process/orders", f"{mine}&cursor=none", client="backoffice")
    await ask("GET", "experience/mobile", "/home")
    backends.fault("crm", "*", "error_500", times=20)
    for screen in ("/home", "/settings/notifications", "/profile", f"/orders/{order_id}"):
        await ask("GET", "experience/mobile", screen)
    backends.mend()
    card = {"payment": {"token": "pm_card_visa"}}
    again = {"json": card, "headers": {"idempotency-key": "order-again"}}
    await ask("POST", "experience/mobile", f"/orders/{order_id}/reorder", **again)
    synced = await ask("GET", "experience/mobile", "/changes")
    await ask("GET", "experience/mobile", f"/changes?since={synced.json()['token']}")
    backends.fault("erp", "GetCustomer", "html", times=20)
    await order("order-seven", {"CBL-USBC-2M": 1})
    backends.mend()
    await ask("POST", "experience/web", f"/orders/{order_id}/cancel")
    await ask("GET", "experience/mobile", "/home")
    await ask("GET", "system/inventory", "/stock?sku=CBL-USBC-2M&sku=NOPE", client="operations")
    await ask("GET", "system/payments", f"/payments/{order_id}", client="operations")
    await ask("GET", "system/erp", "/customers/C-1004", client="operations")
    await ask("GET", "system/crm", "/accounts/C-1001/activities?limit=2", client="operations")
    viewed = await ask("GET", "process/customers", "/customers/C-1001/view", client="backoffice")
    await ask(
        "GET",
        "process/customers",
        "/customers?system=crm&externalId=acc_000001",
        client="backoffice",
    )
    await ask(
        "GET", "process/customers", "/customers?system=erp&externalId=nobody", client="backoffice"
    )
    version = viewed.json()["profile"]["value"]["version"]
    change = {"name": "Ada L.", "email": "ada@example.com", "version": version}
    updated = await update("change-one", change)
    await update("change-one", change)
    await update("change-one", {**change, "name": "Ada"})
    await update("change-two", change)
    await update("change-three", {**change, "email": "nobody"})
    path = f"/customers/C-1001/profile-updates/{updated.json()['id']}"
    await ask("GET", "process/customers", path, client="backoffice")
    backends.fault("erp", "*", "unauthorized", times=2)
    await ask("GET", "process/customers", "/customers/C-1001/view", client="backoffice")
    backends.mend()
    catalogue = {"client": "backoffice"}
    await ask("GET", "process/catalogue", "/products?currency=EUR&limit=4", **catalogue)
    await ask("GET", "process/catalogue", "/products/NOPE?currency=EUR", **catalogue)
    lines = [{"sku": "CBL-USBC-2M", "quantity": 2}, {"sku": "NOPE", "quantity": 0}]
    cart = {"currency": "EUR", "lines": lines}
    await ask("POST", "process/catalogue", "/availability", json=cart, **catalogue)
    await ask("GET", "system/erp", f"/sales-orders/{order_id}/invoice", client="operations")
    backends.control("compliance", "running-time", {"seconds": 0})
    for number, changes in enumerate(APPLICANTS):
        sent = {"headers": {"idempotency-key": f"onboarding-{number}"}, "client": "backoffice"}
        await ask("POST", ONBOARDING, "/onboardings", json={**NORA, **changes}, **sent)
    waiting = await ask("GET", ONBOARDING, "/onboardings?status=review", client="reviewer")
    path = f"/onboardings/{waiting.json()['items'][0]['id']}"
    for outcome in ("approve", "approve", "reject"):
        decision = {"outcome": outcome, "reason": "looked at the passport"}
        await ask("POST", ONBOARDING, f"{path}/decision", json=decision, client="reviewer")
    await ask("GET", ONBOARDING, path, client="backoffice")
    await partners(platform, ask)
    for api in platform.urls:
        await ask("GET", api, "/openapi.json", client=None)
    return replies


async def partners(platform: Deployment, ask: Callable[..., Awaitable[httpx.Response]]) -> None:
    """In JSON and in XML; what is said of a bulk is compared once it has ended."""
    xml = {"headers": {"accept": "application/xml"}, "client": bulks.NORTH}
    bought = await ask("POST", bulks.API, "/orders", json=bulks.order("PO-1"), **xml)
    order_id = bulks.id_in_xml(bought)
    await ask("POST", bulks.API, "/orders", json=bulks.order("PO-1", quantity=2), **xml)
    for path in (f"/orders/{order_id}", f"/orders/{order_id}/tracking", "/orders"):
        await ask("GET", bulks.API, path, **xml)
    many = [bulks.order("PO-1"), bulks.order("PO-2", quantity=0), bulks.order("PO-3", "NOPE")]
    sent = await bulks.send(platform, "bulk-of-three", many)
    await bulks.completed(platform, sent.json()["id"])
    keyed = {"headers": {"idempotency-key": "bulk-of-three"}, "client": bulks.NORTH}
    await ask("POST", bulks.API, "/bulk-orders", json={"orders": many}, **keyed)
    await ask("POST", bulks.API, "/bulk-orders", json={"orders": many[1:]}, **keyed)
    for headers in ({}, xml["headers"]):
        path = f"/bulk-orders/{sent.json()['id']}/lines"
        await ask("GET", bulks.API, path, headers=headers, client=bulks.NORTH)


def _bytes(reply: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [(name, reply.headers[name]) for name in SEEN if name in reply.headers]
    # The sandbox has a clock of its own, which is not frozen.
    return reply.status_code, headers, re.sub(rb'"issuedAt":"[^"]+"', b"", reply.content)
