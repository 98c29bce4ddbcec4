"""One platform for all consumers: all layers in one process over sockets, and the web server of the shop."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.launch import launch
from tests.consumers.web.site import VISITOR, Site, serving
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings
from tests.end_to_end.tokens import forged
from tests.plain import NOBODY


@dataclass(frozen=True)
class Running:
    site: Site
    onboardings: Onboardings

    @property
    def platform(self) -> Deployment:
        return self.onboardings.platform

    @property
    def backends(self) -> Backends:
        return self.onboardings.backends

    @property
    def url(self) -> str:
        """Of every API, since they are one process."""
        return self.platform.urls["experience/web"]

    @property
    def visitor(self) -> str:
        """The token of who is no customer yet."""
        return self.platform.token(VISITOR)

    def customer(self, subject: str, scope: str) -> str:
        return forged(self.platform, sub=subject, scope=scope)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    with (
        serving() as site,
        launch(folder / "sandbox") as sandbox,
        httpx.Client(timeout=10, verify=NOBODY) as http,
    ):
        extra = {"security": {"cors": {"origins": [site.origin]}}}
        with Deployment(folder, split=False, backends=sandbox.urls, extra=extra) as platform:
            site.platform = platform
            yield Running(site, Onboardings(platform, Backends(sandbox.urls, http)))
