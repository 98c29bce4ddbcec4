"""Chromium without a screen, on a page of the shop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Page, ViewportSize, async_playwright

from tests.consumers.running import Running
from tests.end_to_end.backends import Backends
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
    there: Running
    errors: list[str]
    """What went wrong in the page, as its console has it."""

    @property
    def url(self) -> str:
        return self.there.site.origin

    @property
    def onboardings(self) -> Onboardings:
        return self.there.onboardings

    @property
    def backends(self) -> Backends:
        return self.there.backends


@asynccontextmanager
async def shop(chromium: str, there: Running) -> AsyncIterator[Shop]:
    async with opened(chromium) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield Shop(page, there, errors)


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
