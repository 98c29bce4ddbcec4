"""Breaks that the matrix has to find: what stands between us and the backends forgets something.

They are here to prove that the matrix can fail; the tests run each of them.
"""

from collections.abc import Callable, Mapping

from runtime.calls.http import Reply, Request, Sender

Wrap = Callable[[Sender], Sender]
DONE = Reply(204, [], b"")


def unbroken(network: Sender) -> Sender:
    return network


def keyless(network: Sender) -> Sender:
    """No idempotency key reaches a backend: a repeated authorisation is a second one."""

    async def send(request: Request, *, timeout: float) -> Reply:
        kept = [
            (name, value) for name, value in request.headers if name.lower() != b"idempotency-key"
        ]
        return await network(
            Request(request.method, request.url, kept, request.body), timeout=timeout
        )

    return send


def no_release(network: Sender) -> Sender:
    """No reservation is ever released."""

    async def send(request: Request, *, timeout: float) -> Reply:
        return DONE if _releases(request) else await network(request, timeout=timeout)

    return send


def no_tombstone(network: Sender) -> Sender:
    """A reservation that is not there yet is not released, so that a late one stays."""

    async def send(request: Request, *, timeout: float) -> Reply:
        if _releases(request):
            look = Request("GET", request.url, request.headers)
            if (await network(look, timeout=timeout)).status == 404:
                return DONE
        return await network(request, timeout=timeout)

    return send


def _releases(request: Request) -> bool:
    return request.method == "DELETE" and "/holds/" in request.url


SABOTAGE: Mapping[str, Wrap] = {
    "none": unbroken,
    "keyless": keyless,
    "no-release": no_release,
    "no-tombstone": no_tombstone,
}
