"""Strata's SoapBackend over the real network sender: checks, deadline, guard. As the others write no
log, it writes warnings only."""

import gc
import io
from typing import Any

import structlog

from bench.soap.clients.concurrently import last_of
from bench.soap.orders import QUESTION, WSDL
from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from runtime import observability
from runtime.calls.network import NetworkSender


class Client:
    def __init__(self, base_url: str) -> None:
        observability.configure("warning")
        structlog.configure(logger_factory=structlog.BytesLoggerFactory(io.BytesIO()))
        self._base_url = base_url
        self._port = load(WSDL)
        self._reach = Reach(NetworkSender())
        gc.freeze()  # as `strata serve` does

    async def batch(self, size: str, calls: int) -> Any:
        http = HttpBackend("erp", f"{self._base_url}/{size}", self._reach)
        soap = SoapBackend(http, self._port)
        answer = await last_of(calls, lambda: soap.call("GetOrder", QUESTION))
        return answer["Order"]
