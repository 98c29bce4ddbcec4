"""The reference pages need nothing but this server: what they load comes from here, and it shows."""

import gzip
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.serving import catalogue
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.served import at, nowhere

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with at(Platform(catalogue.names(), settings, nowhere)) as client:
        yield client


@pytest.mark.parametrize("api", catalogue.names())
async def test_a_reference_page_refers_to_this_server_only(
    client: httpx.AsyncClient, api: str
) -> None:
    page = await client.get(f"/{api}/v1/docs")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    referred = re.findall(r"(?:src|href|data-url)=[\"']([^\"']+)", page.text)
    assert referred == [f"/{api}/v1/openapi.json", "/_reference/scalar.js"]
    assert "http:" not in page.text
    assert "https:" not in page.text
    for path in referred:
        assert (await client.get(path)).status_code == 200


async def test_the_browser_is_told_to_stay_here(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/system/erp/v1/docs")).headers["content-security-policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert "http" not in policy


async def test_the_viewer_is_shipped_and_may_be_kept(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/_reference/scalar.js") as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    assert "max-age" in answer.headers["cache-control"]
    assert b"@scalar/api-reference" in gzip.decompress(raw)


async def test_the_first_page_leads_to_every_api(client: httpx.AsyncClient) -> None:
    page = await client.get("/")

    assert set(re.findall(r'href="([^"]+)"', page.text)) == {
        f"/{api}/v1/docs" for api in catalogue.names()
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server for a browser to visit."""
    folder = tmp_path_factory.mktemp("server")
    overlay = {"data_dir": str(folder / "state"), "listen": {"port": 0}}
    (folder / "overlay.yaml").write_text(json.dumps(overlay))
    command = [sys.executable, "-m", "runtime.cli", "serve", "system/inventory", "--json"]
    command += ["--config", str(folder / "overlay.yaml")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look at the page with")
def test_a_browser_shows_every_operation_and_asks_nobody_else(server: str, tmp_path: Path) -> None:
    net_log = tmp_path / "net.json"
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--log-net-log={net_log}",
        "--enable-logging=stderr",
        "--virtual-time-budget=8000",
        "--dump-dom",
        f"{server}/system/inventory/v1/docs",
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    shown = html.unescape(done.stdout)
    operations = catalogue.load("system/inventory").contract.operations.values()
    assert [o.document["summary"] for o in operations if o.document["summary"] not in shown] == []
    assert "Content Security Policy" not in done.stderr
    asked = requests_of_the_page(json.loads(net_log.read_text()))
    assert f"{server}/system/inventory/v1/openapi.json" in asked
    assert [url for url in asked if not url.startswith((f"{server}/", "data:", "blob:"))] == []


def requests_of_the_page(net_log: dict[str, Any]) -> set[str]:
    """What the page asked for; what the browser asks for of its own accord has no origin."""
    kind = net_log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    started = [e["params"] for e in net_log["events"] if e["type"] == kind and "params" in e]
    return {e["url"] for e in started if e.get("initiator", "").startswith("http")}
