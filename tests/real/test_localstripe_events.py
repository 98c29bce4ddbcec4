"""localstripe signs what it sends as Stripe does: what arrives is taken for genuine, and for ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from connectors.payments.stripe import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import Money, PaymentMethod
from runtime.calls.network import NetworkSender
from runtime.problems import Rejected

SECRET = "whsec_of_localstripe"
Message = tuple[dict[str, str], bytes]


@asynccontextmanager
async def endpoint() -> AsyncIterator[tuple[str, "asyncio.Queue[Message]"]]:
    """An address that events can be sent to, and what was sent."""
    sent: asyncio.Queue[Message] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:-2]
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await sent.put((headers, body))

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", sent


@pytest.fixture
async def stripe(real_backends: dict[str, Any], tmp_path: Path) -> AsyncIterator[Connector]:
    told = {**real_backends["stripe"], "dialect": "localstripe", "webhook_secrets": [SECRET]}
    async with aclosing(NetworkSender()) as network:
        reach = Reach(network, data_dir=tmp_path)
        async with aclosing(Connector(Options.model_validate(told), reach)) as connector:
            yield connector


async def test_a_captured_payment_is_told_of(
    stripe: Connector, real_backends: dict[str, Any]
) -> None:
    payment_id = f"P-{uuid4().hex}"
    async with endpoint() as (url, sent), httpx.AsyncClient() as http:
        address = f"{real_backends['stripe']['url']}/_config/webhooks/{payment_id}"
        asked = {"url": url, "secret": SECRET, "events": ["payment_intent.succeeded"]}
        assert (await http.post(address, json=asked)).status_code == 200
        amount = Money(amount="10.00", currency="EUR")
        await stripe.authorize(payment_id, amount, PaymentMethod(token="pm_card_visa"))
        await stripe.capture(payment_id)
        headers, body = await asyncio.wait_for(sent.get(), 30)

    told = await stripe.verify(headers, body)

    assert told is not None
    assert (told.payment_id, told.kind) == (payment_id, "captured")
    with pytest.raises(Rejected):
        await stripe.verify(headers, body + b" ")
