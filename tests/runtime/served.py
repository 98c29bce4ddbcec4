"""Real APIs of ours on a platform in this process, with no network around it."""

import httpx

from runtime.calls.http import Reply, Request, Unreached
from runtime.serving.catalogue import names
from runtime.serving.platform import Platform

ELSEWHERE = {name: f"http://{name.replace('/', '-')}" for name in names()}
"""Base URLs of all APIs, for those that a test does not serve."""


async def nowhere(_request: Request, /, *, timeout: float) -> Reply:
    """A network in which nobody can be reached."""
    raise Unreached(f"not even in {timeout} seconds")


def at(platform: Platform, bearer: str = "") -> httpx.AsyncClient:
    """A client of the platform."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(platform),
        base_url="http://strata",
        headers={"authorization": f"Bearer {bearer}"} if bearer else {},
    )
