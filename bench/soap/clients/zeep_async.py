"""zeep's AsyncClient, on httpx."""

from typing import Any

import httpx
import zeep

from bench.soap.clients.concurrently import last_of
from bench.soap.orders import QUESTION, WSDL


class Client:
    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        library: Any = zeep  # which has no types
        transport = library.transports.AsyncTransport(
            client=httpx.AsyncClient(), wsdl_client=httpx.Client()
        )
        self._zeep = library.AsyncClient(str(WSDL), transport=transport)
        self._proxy = library.proxy.AsyncServiceProxy

    async def batch(self, size: str, calls: int) -> Any:
        address = f"{self._base_url}/{size}"
        binding = self._zeep.wsdl.bindings["{urn:bench:orders:v1}OrdersSoap"]
        # Not create_service: of an AsyncClient it makes a proxy that does not await.
        service = self._proxy(self._zeep, binding, address=address)
        return await last_of(calls, lambda: service.GetOrder(**QUESTION))
