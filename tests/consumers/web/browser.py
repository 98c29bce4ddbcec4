"""Chromium without a screen, on a page of the shop, against a platform of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.async_api import Page, ViewportSize, async_playwright

from sandbox.launch import launch
from tests.consumers.web.site import serving
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.onboarding import Onboardings

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SIZE: ViewportSize = {"width": 1000, "height": 700}
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Shop:
    page: Page
    url: str
    onboardings: Onboardings
    errors: list[str]
    """What went wrong in the page, as its console has it."""

    @property
    def platform(self) -> Deployment:
        return self.onboardings.platform

    @property
    def backends(self) -> Backends:
        return self.onboardings.backends


@asynccontextmanager
async def shop(chromium: str, folder: Path) -> AsyncIterator[Shop]:
    with serving() as site, launch(folder / "sandbox") as sandbox, httpx.Client(timeout=10) as http:
        extra = {"security": {"cors": {"origins": [site.origin]}}}
        with Deployment(folder, split=False, backends=sandbox.urls, extra=extra) as platform:
            site.platform = platform
            onboardings = Onboardings(platform, Backends(sandbox.urls, http))
            async with opened(chromium) as page:
                errors: list[str] = []
                page.on("pageerror", lambda error: errors.append(str(error)))
                yield Shop(page, site.origin, onboardings, errors)


@asynccontextmanager
async def opened(chromium: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            context = await browser.new_context(viewport=SIZE, locale="en", timezone_id="UTC")
            context.set_default_timeout(PATIENCE_MS)
            yield await context.new_page()
        finally:
            await browser.close()
