"""zeep with its own transport, on requests: one call after another."""

from typing import Any

import zeep

from bench.soap.orders import QUESTION, WSDL


class Client:
    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        library: Any = zeep  # which has no types
        self._zeep = library.Client(str(WSDL))

    async def batch(self, size: str, calls: int) -> Any:
        service = self._zeep.create_service("{urn:bench:orders:v1}OrdersSoap", self._url(size))
        for _ in range(calls):
            order = service.GetOrder(**QUESTION)
        return order

    def _url(self, size: str) -> str:
        return f"{self._base_url}/{size}"
