"""A System API of this process over a backend that runs, as its callers meet it."""

import copy
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from runtime.calls.http import Sender
from runtime.serving.platform import Platform
from runtime.settings import load

CLIENT = "integrator"


@dataclass(frozen=True)
class Asked:
    """A request of ours, and the status it is answered with."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200

    def without(self, parameter: str) -> Self:
        return replace(self, query={n: v for n, v in self.query.items() if n != parameter})

    def holding(self, value: Any, *place: str | int) -> Self:
        """The same with another value at a place in the body."""
        body = copy.deepcopy(self.body)
        inside = body
        for part in place[:-1]:
            inside = inside[part]
        inside[place[-1]] = value
        return replace(self, body=body)


@dataclass(frozen=True)
class FrontDoor:
    name: str
    client: httpx.AsyncClient

    async def ask(self, asked: Asked) -> httpx.Response:
        return await self.client.request(
            asked.method,
            f"/system/{self.name}/v1{asked.path}",
            params=asked.query,
            json=asked.body,
            headers={name: str(value) for name, value in asked.headers.items()},
        )


@asynccontextmanager
async def front_door(
    name: str, options: Mapping[str, Any], network: Sender, folder: Path
) -> AsyncIterator[FrontDoor]:
    """`options`: of the connector, as far as they differ from the configuration's."""
    overlay = {"data_dir": str(folder / "state"), "backends": {name: dict(options)}}
    (folder / "overlay.yaml").write_text(yaml.safe_dump(overlay))
    settings = load(folder / "overlay.yaml", {})
    async with (
        Platform([f"system/{name}"], settings, network) as platform,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(platform), base_url="http://strata"
        ) as client,
    ):
        secret = settings.security.development_clients[CLIENT].secret
        grant = {"grant_type": "client_credentials"}
        reply = await client.post("/oauth/token", data=grant, auth=(CLIENT, secret))
        client.headers["authorization"] = f"Bearer {reply.json()['access_token']}"
        yield FrontDoor(name, client)
