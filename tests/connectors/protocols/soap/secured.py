"""A backend over a real socket that answers with whatever envelope it is given, and our client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.addressing import Addressing
from connectors.protocols.soap.client import Answer, SoapBackend
from connectors.protocols.soap.faults import FaultRule
from connectors.protocols.soap.security import Security
from connectors.protocols.soap.security.options import SecurityOptions
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from runtime.problems import Missing, Problem
from runtime.resilience.guard import Guard
from tests.connectors.protocols.soap.envelopes import written
from tests.connectors.protocols.soap.pki import theirs
from tests.connectors.protocols.soap_material import vendored
from tests.runtime.calls.test_network import Peer, peer

RULES = (FaultRule(Missing, "no such thing", code="Server.None"),)

Answers = Callable[[etree._Element], etree._Element | bytes]
"""From our request's envelope to the reply."""


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


def security(clock: Clock | None = None, **options: Any) -> Security:
    """One that demands replies signed by `theirs`, unless told otherwise."""
    told = {"reply": {"certificate": theirs().pem}, **options}
    return Security(SecurityOptions.model_validate(told), clock or Clock())


class Backend:
    """Answers each call as it is told to; `heard` are the requests as they came."""

    def __init__(self, url: str, heard: list[bytes], folder: Path) -> None:
        self.url, self.heard, self.folder = url, heard, folder
        self.answers: Answers = lambda _: b""
        self.status = "200 OK"
        self.media = "text/xml; charset=utf-8"
        self.sender = NetworkSender()
        self.guard = Guard.lenient()
        self.seconds = 0.0

    async def act(self, connection: Peer) -> None:
        while True:
            request = await connection.hear()
            await asyncio.sleep(self.seconds)
            said = self.answers(etree.fromstring(request.partition(b"\r\n\r\n")[2]))
            body = said if isinstance(said, bytes) else written(said)
            head = f"HTTP/1.1 {self.status}\r\ncontent-type: {self.media}\r\n"
            await connection.say(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)

    def says(self, root: etree._Element | bytes) -> None:
        self.answers = lambda _: root

    def client(
        self, secured: Security | None = None, addressing: Addressing | None = None
    ) -> SoapBackend:
        http = HttpBackend("erp", self.url, Reach(self.sender, guard=self.guard))
        port = load(self.folder / "main.wsdl")
        return SoapBackend(http, port, RULES, security=secured, addressing=addressing)

    def envelope(self) -> etree._Element:
        """The last request."""
        return etree.fromstring(self.heard[-1].partition(b"\r\n\r\n")[2])


@asynccontextmanager
async def answering(folder: Path, main: str) -> AsyncIterator[Backend]:
    """`main`: its WSDL."""
    vendored(folder, main=main)
    backend: Backend

    async def act(connection: Peer) -> None:
        await backend.act(connection)

    async with peer(act) as (url, heard):
        backend = Backend(url, heard, folder)
        async with aclosing(backend.sender):
            yield backend


async def ask(soap: SoapBackend, **values: Any) -> Answer:
    return await soap.call("Ask", {"No": "1", **values})


async def refusal(soap: SoapBackend) -> str:
    """Why an answer is refused as garbage."""
    with pytest.raises(Problem) as caught:
        await ask(soap)
    assert caught.value.slug == "bad-answer", caught.value
    return str(caught.value).removeprefix("erp: ")
