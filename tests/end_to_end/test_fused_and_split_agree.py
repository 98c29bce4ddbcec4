"""The same calls, all layers in one process or an API in each: the same answers, byte for byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from sandbox.launch import launch
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

FROZEN = {"fixed_time": "2026-01-15T12:00:00+00:00"}
SEEN = ("content-type", "content-length", "retry-after", "www-authenticate", "x-request-id")


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
    with launch(folder / "sandbox") as sandbox, httpx.Client() as http:
        platform = Deployment(folder, split, sandbox.urls, FROZEN)
        with platform:
            yield platform, Backends(sandbox.urls, http)


async def script(platform: Deployment, backends: Backends) -> list[httpx.Response]:
    """What a busy afternoon holds: orders, refusals, failures and looks at all of them."""
    replies: list[httpx.Response] = []

    async def ask(method: str, api: str, path: str, **options: Any) -> httpx.Response:
        options["headers"] = {"x-request-id": f"r{len(replies)}", **options.get("headers", {})}
        replies.append(await platform.call(method, api, path, **options))
        return replies[-1]

    async def order(key: str, lines: dict[str, int], **options: Any) -> httpx.Response:
        options["headers"] = {"x-request-id": f"r{len(replies)}"}
        replies.append(await platform.checkout(key, lines, **options))
        return replies[-1]

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
    await ask("GET", "experience/mobile", "/home")
    backends.fault("crm", "*", "error_500", times=20)
    await ask("GET", "experience/mobile", "/home")
    backends.mend()
    backends.fault("erp", "GetCustomer", "html", times=20)
    await order("order-seven", {"CBL-USBC-2M": 1})
    backends.mend()
    await ask("POST", "experience/web", f"/orders/{order_id}/cancel")
    await ask("GET", "experience/mobile", "/home")
    await ask("GET", "system/inventory", "/stock?sku=CBL-USBC-2M&sku=NOPE", client="operations")
    await ask("GET", "system/payments", f"/payments/{order_id}", client="operations")
    await ask("GET", "system/erp", "/customers/C-1004", client="operations")
    await ask("GET", "system/crm", "/accounts/C-1001/activities?limit=2", client="operations")
    await ask("GET", "process/customers", "/customers/C-1001/view", client="backoffice")
    for api in platform.urls:
        await ask("GET", api, "/openapi.json", client=None)
    return replies


def _bytes(reply: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [(name, reply.headers[name]) for name in SEEN if name in reply.headers]
    return reply.status_code, headers, reply.content
