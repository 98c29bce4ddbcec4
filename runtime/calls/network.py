"""The network: a Sender over aiohttp, held to what the seam promises.

One request is one exchange: no retries, redirects, cookies or headers of the client's own making,
and neither a trickling nor a swelling reply outlives its deadline or its cap. Only this module
imports aiohttp.
"""

import asyncio
import io
import math
import zlib
from importlib.metadata import PackageNotFoundError, version
from ssl import SSLContext

import aiohttp
from yarl import URL

from runtime.calls.http import Headers, Lost, Reply, Request, Silent, TooLarge, Unreached

MIB = 1 << 20

CONNECT_SHARE = 0.9
"""Of the deadline: who cannot even connect fails as Unreached before the deadline makes it Lost."""

IDLE_SECONDS = 4.0
"""Just under the 5 seconds after which many servers hang up, so that a pooled connection is seldom
dead when it is used again: what is lost that way has an unknown outcome."""

NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)

WINDOW_BITS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib may find a coding framed; `deflate` should have a zlib header and often has none."""

try:
    USER_AGENT = f"strata/{version('strata')}"
except PackageNotFoundError:  # run from the source tree
    USER_AGENT = "strata"


class NetworkSender:
    """`connections`: the most over all hosts. `tls`: for a private CA or a client certificate."""

    def __init__(
        self,
        *,
        connections: int = 100,
        max_reply_bytes: int = 8 * MIB,
        tls: SSLContext | None = None,
    ) -> None:
        self._connections = connections
        self._max_reply_bytes = max_reply_bytes
        self._tls = tls
        self._opened: aiohttp.ClientSession | None = None

    async def __call__(self, request: Request, *, timeout: float) -> Reply:
        if timeout <= 0:
            raise Unreached("no time was left to send it")
        try:
            async with asyncio.timeout(timeout):
                return await self._exchange(request, timeout * CONNECT_SHARE)
        except NEVER_CONNECTED as error:
            raise Unreached(type(error).__name__) from error
        except TimeoutError as error:
            raise Silent("no answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Lost(type(error).__name__) from error

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    async def _exchange(self, request: Request, connect_seconds: float) -> Reply:
        # aiohttp rounds longer time-outs up to a whole second, unless told not to.
        limits = aiohttp.ClientTimeout(connect=connect_seconds, ceil_threshold=math.inf)
        async with self._session().request(
            request.method,
            URL(request.url, encoded=True),
            headers=[(k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers],
            data=_payload(request.body),
            allow_redirects=False,
            timeout=limits,
        ) as response:
            body = await self._body(response)
            headers = [(name.lower(), value) for name, value in response.raw_headers]
            return unpacked(Reply(response.status, headers, body), self._max_reply_bytes)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        chunks, size = [], 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._max_reply_bytes:
                raise TooLarge(f"over {self._max_reply_bytes} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=IDLE_SECONDS, ssl=self._tls or True
                ),
                headers={"User-Agent": USER_AGENT},
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type"),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),
                auto_decompress=False,
                middlewares=(_once,),
            )
        return self._opened


async def _once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keeps aiohttp from sending a request twice.

    When a pooled connection dies under a GET, HEAD, OPTIONS, TRACE, PUT or DELETE, aiohttp 3.14
    silently sends it again (`retry_persistent_connection` in client.py; a POST never). A method is
    a promise not every vendor keeps, and whoever retries has to count and log the attempts. aiohttp
    repeats on two exceptions of its own only: ours passes through.
    """
    try:
        return await send(request)
    except NEVER_CONNECTED:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise Lost(type(error).__name__) from error


def _payload(body: bytes) -> bytes | io.BytesIO | None:
    # aiohttp warns about more bytes than this in one write; from a file it writes them in pieces.
    return io.BytesIO(body) if len(body) > MIB else body or None


def unpacked(reply: Reply, limit: int) -> Reply:
    """The reply without its gzip or deflate coding; TooLarge as soon as it swells over `limit`.

    What cannot be unpacked stays as it came, for the reader to call it garbage.
    """
    for bits in WINDOW_BITS.get((reply.header(b"content-encoding") or "").lower(), ()):
        unpacker = zlib.decompressobj(bits)
        try:
            body = unpacker.decompress(reply.body, limit + 1)
        except zlib.error:
            continue
        if len(body) > limit:
            raise TooLarge(f"over {limit} bytes unpacked")
        if unpacker.eof and not unpacker.unused_data:
            return Reply(reply.status, _without_coding(reply.headers), body)
    return reply


def _without_coding(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0] not in (b"content-encoding", b"content-length")]
