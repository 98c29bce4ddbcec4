"""The app on somebody's phone: what it asks of experience/mobile, under a token of its own."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.end_to_end.deployment import ERP_SECRET, Deployment
from tests.end_to_end.signing import notice, signed
from tests.end_to_end.tokens import forged

SCOPES = "mobile:home mobile:orders mobile:profile web:checkout"
BUDGET = 4096


@dataclass(frozen=True)
class Phone:
    platform: Deployment
    subject: str
    scopes: str = SCOPES

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.bearer(), **options.pop("headers", {})}
        reply = await self.platform.call(
            method, "experience/mobile", path, headers=headers, **options
        )
        assert len(reply.content) <= BUDGET
        return reply

    async def get(self, path: str, **options: Any) -> dict[str, Any]:
        reply = await self.ask("GET", path, **options)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    async def send(self, method: str, path: str, key: str, body: Any) -> httpx.Response:
        return await self.ask(method, path, json=body, headers={"idempotency-key": key})

    async def checkout(self, key: str, lines: dict[str, int], **options: Any) -> httpx.Response:
        return await self.platform.checkout(key, lines, headers=self.bearer(), **options)

    def bearer(self) -> dict[str, str]:
        token = forged(self.platform, sub=self.subject, scope=self.scopes)
        return {"authorization": f"Bearer {token}"}


async def told(platform: Deployment, order_id: str, status: str, **more: Any) -> None:
    """The ERP says that it was shipped, or has arrived."""
    body = notice(order_id, f"n-{status}", status, **more)
    reply = await platform.call(
        "POST",
        "process/orders",
        "/shipment-notices",
        client=None,
        content=body,
        headers=signed(ERP_SECRET, body),
    )
    assert reply.status_code == 204, reply.text
