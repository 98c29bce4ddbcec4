"""Stands in front of a payment provider of somebody else's, and can lose an answer of its."""

import re
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

HOP_BY_HOP = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


class LossyProxy(ThreadingHTTPServer):
    """Hands everything on. The answer to the next POST whose path matches `losing` is kept back."""

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.losing: re.Pattern[str] | None = None
        self.lost, self.mended = Event(), Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def lose(self, path: str) -> None:
        self.lost.clear()
        self.mended.clear()
        self.losing = re.compile(path)

    def loses(self, method: str, path: str) -> bool:
        """Once."""
        if method != "POST" or self.losing is None or not self.losing.fullmatch(path):
            return False
        self.losing = None
        self.lost.set()
        return True

    def mend(self) -> None:
        self.losing = None
        self.mended.set()

    def close(self) -> None:
        self.mend()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller or a provider that is gone: the connection ends, and that says it."""


class _Handler(BaseHTTPRequestHandler):
    server: LossyProxy
    protocol_version = "HTTP/1.1"
    # Head and body in one write: in two, the second waits 40 ms for the caller's delayed ACK.
    wbufsize = -1

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        provider = HTTPConnection(self.server.upstream, timeout=30)
        try:
            provider.request(self.command, self.path, body, _end_to_end(self.headers.items()))
            reply = provider.getresponse()
            content = reply.read()
        finally:
            provider.close()
        # Only now: what was asked for has been done by the provider.
        if self.server.loses(self.command, self.path):
            self.server.mended.wait()
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        for name, value in _end_to_end(reply.getheaders()).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _hand_on  # noqa: N815 - the names are http.server's

    def log_message(self, *_: object) -> None:
        """The platform logs these calls already."""


def _end_to_end(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in HOP_BY_HOP}
