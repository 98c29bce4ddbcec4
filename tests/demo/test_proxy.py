"""The proxy loses an answer when it is told to, after what was asked for has been done."""

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from sandbox.demo.proxy import LossyProxy


class Provider(BaseHTTPRequestHandler):
    """Says what it was asked, and remembers it."""

    done: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.done.append(f"{self.path} {body}")
        self.send_response(402)
        self.send_header("request-id", self.headers["idempotency-key"])
        self.end_headers()
        self.wfile.write(body.upper().encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def proxy(done: list[str]) -> Iterator[LossyProxy]:
    handler = type("Handler", (Provider,), {"done": done})
    with HTTPServer(("127.0.0.1", 0), handler) as provider:
        thread = threading.Thread(target=provider.serve_forever, args=(0.01,))
        thread.start()
        with closing(LossyProxy(f"127.0.0.1:{provider.server_port}")) as proxy:
            yield proxy
        provider.shutdown()
        thread.join()


def post(proxy: LossyProxy, path: str) -> httpx.Response:
    headers = {"idempotency-key": "k1"}
    return httpx.post(proxy.url + path, content="a=1", headers=headers, timeout=0.5)


def test_it_hands_on_everything(proxy: LossyProxy) -> None:
    reply = post(proxy, "/v1/payment_intents")
    assert (reply.status_code, reply.text, reply.headers["request-id"]) == (402, "A=1", "k1")


def test_it_loses_the_one_answer_it_is_to_lose(proxy: LossyProxy, done: list[str]) -> None:
    proxy.lose("/v1/[^/]+/capture")
    assert post(proxy, "/v1/payment_intents").status_code == 402
    assert not proxy.lost.is_set()
    with pytest.raises(httpx.ReadTimeout):
        post(proxy, "/v1/pi_1/capture")
    assert proxy.lost.is_set()
    assert done[-1] == "/v1/pi_1/capture a=1"
    assert post(proxy, "/v1/pi_1/capture").status_code == 402


def test_mended_it_loses_nothing(proxy: LossyProxy) -> None:
    proxy.lose(".*")
    proxy.mend()
    assert post(proxy, "/v1/payment_intents").status_code == 402
