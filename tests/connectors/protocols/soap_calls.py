"""A backend that says what it is told to, our client for it, and what became of a call."""

from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.faults import FaultRule
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from runtime.calls.http import Reply, Request
from runtime.problems import Missing, Problem
from tests.connectors.protocols.soap_material import answer

RULES = (FaultRule(Missing, "no such thing", code="Server.None"),)
XML = "text/xml; charset=utf-8"
SECRET = "hunter2"


class Backend:
    """A Sender that gives one reply and keeps what it was sent."""

    def __init__(self) -> None:
        self.reply = Reply(200, [(b"content-type", XML.encode())], answer())
        self.sent: list[Request] = []

    def says(self, body: bytes | str, status: int = 200, media: str = XML) -> None:
        content = body if isinstance(body, bytes) else answer(body)
        self.reply = Reply(status, [(b"content-type", media.encode())], content)

    async def __call__(self, request: Request, *, timeout: float) -> Reply:  # noqa: ARG002
        self.sent.append(request)
        return self.reply


def speaking(backend: Backend, main: Path) -> SoapBackend:
    headers = {"authorization": f"Basic {SECRET}"}
    http = HttpBackend("erp", "http://erp.test/soap", Reach(backend), headers=headers)
    return SoapBackend(http, load(main), RULES)


async def ask(soap: SoapBackend, **values: Any) -> dict[str, Any]:
    return await soap.call("Ask", {"No": "1", **values})


async def problem(soap: SoapBackend, **values: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        await ask(soap, **values)
    return caught.value
