"""The web server of the shop: its page, from an origin of its own, and a session for whom it is told.

It stands for the site and the identity provider of a real shop.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.end_to_end.deployment import Deployment
from tests.end_to_end.tokens import forged

PAGE = Path(__file__).parent / "page"
VISITOR = "newcomer"
SHOPPER = "web:catalogue web:checkout web:orders web:account"


class Site:
    """`platform` is set once it runs: it has to know the origin first."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self.platform: Deployment | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def session(self, who: str) -> dict[str, str]:
        assert self.platform is not None
        platform = self.platform
        known = who == VISITOR
        token = platform.token(who) if known else forged(platform, sub=who, scope=SHOPPER)
        return {"api": platform.urls["experience/web"], "token": token}


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, site: Site, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments, directory=str(PAGE))

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path != "/session":
            return super().do_GET()
        [who] = parse_qs(url.query)["as"]
        content = json.dumps(self.site.session(who)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the browser tells what goes wrong."""


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    thread = Thread(target=site.server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()
