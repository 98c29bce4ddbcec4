"""For tests: a Sender over an httpx transport, the place where respx listens."""

import asyncio

import httpx

from runtime.calls.http import Lost, Reply, Request, Silent, Unreached

NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpxSender:
    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport or httpx.AsyncHTTPTransport()

    async def __call__(self, request: Request, *, timeout: float) -> Reply:
        try:
            async with asyncio.timeout(timeout):
                response = await self._transport.handle_async_request(
                    httpx.Request(
                        request.method, request.url, headers=request.headers, content=request.body
                    )
                )
                body = await response.aread()
        except NEVER_CONNECTED as error:
            raise Unreached(type(error).__name__) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Silent("no answer in time") from error
        except httpx.TransportError as error:
            raise Lost(type(error).__name__) from error
        headers = [(name.lower(), value) for name, value in response.headers.raw]
        return Reply(response.status_code, headers, body)

    async def aclose(self) -> None:
        await self._transport.aclose()
