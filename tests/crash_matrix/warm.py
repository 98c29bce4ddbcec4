"""A platform of the shop's own APIs over a sandbox, with everything loaded that its first call loads."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import yaml

from runtime import observability
from runtime.calls.http import Request
from runtime.calls.in_process import InProcessSender
from runtime.calls.network import NetworkSender
from runtime.serving.catalogue import names
from runtime.serving.platform import Platform
from runtime.settings import Settings, load
from tests.crash_matrix.embedded import DATA
from tests.crash_matrix.flows.asking import Known
from tests.crash_matrix.flows.place_order import checkout
from tests.crash_matrix.life import signed
from tests.crash_matrix.variants import TIMEOUT
from tests.end_to_end.deployment import SECRETS, Deployment


class Warm:
    """Leaves neither threads nor an event loop behind."""

    def __init__(self, folder: Path, urls: dict[str, str]) -> None:
        self._folder, self._urls = folder, urls
        settings = self._settings({})
        observability.configure(settings.log_level)
        self.tokens = asyncio.run(_tokens(settings))
        """By client."""

    def platform(self, overlay: dict[str, Any]) -> Platform:
        """Not opened yet: the processes do that which are forked from this one."""
        return Platform(names(), self._settings(overlay), NetworkSender())

    def _settings(self, more: dict[str, Any]) -> Settings:
        overlay = Deployment(self._folder, False, self._urls).overlay()
        overlay |= {"data_dir": DATA, "log_level": "error", "peers": {}, **more}
        for backend in overlay["backends"].values():
            backend["timeout_seconds"] = TIMEOUT
        path = self._folder / "overlay.yaml"
        path.write_text(yaml.safe_dump(overlay))
        return load(path, {})


async def _tokens(settings: Settings) -> dict[str, str]:
    """From a platform that is thrown away, after an order: what it has loaded stays."""
    network = NetworkSender()
    async with Platform(names(), settings, network) as platform:
        send = InProcessSender(platform)
        tokens = {}
        for client, secret in SECRETS.items():
            form = f"grant_type=client_credentials&client_id={client}&client_secret={secret}"
            reply = await send(Request("POST", "/oauth/token", [], form.encode()), timeout=60)
            tokens[client] = orjson.loads(reply.body)["access_token"]
        await send(signed(checkout()(Known([], [])), tokens), timeout=60)
    await network.aclose()
    return tokens
