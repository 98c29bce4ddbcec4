"""`python -m bench.hops`: what a call between two of our layers costs, fused, against httpx.ASGITransport.

A GET of one sales order, parsed into its model, by the same typed client from the same System API
both times: trace context, access, validation, error mapping and the access log are in both. CPU
time, in alternating rounds.
"""

import argparse
import asyncio
import io
import json
import statistics
import sys
import tempfile
import time

import httpx
import structlog
import uvloop
from starlette.types import ASGIApp

from connectors.erp import Erp
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.system.erp.v1 import SalesOrder
from runtime import observability
from runtime.access.bearer import Access, FixedKey, Trusted
from runtime.access.hops import HopTokens, audience
from runtime.access.keys import ALGORITHM, private_key
from runtime.apis.gate import Gate
from runtime.calls.http import Reply, Request, Sender
from runtime.calls.in_process import InProcessSender
from runtime.calls.wiring import PeerWiring
from runtime.context import Context, Identity, entered, new_id
from runtime.serving import catalogue
from runtime.settings import load

ORDER_ID = "ord_" + "0" * 20
ORDER = SalesOrder.model_validate(
    {
        "id": ORDER_ID,
        "number": "4500000001",
        "customerId": "C-1001",
        "status": "confirmed",
        "lines": [
            {
                "sku": "CBL-USBC-2M",
                "quantity": 2,
                "unitPrice": {"amount": "14.95", "currency": "EUR"},
            }
        ],
        "total": {"amount": "29.90", "currency": "EUR"},
    }
)
ROUNDS, CALLS = 15, 400


class OneOrder(Erp):
    """A backend that costs nothing, so that the hop is what is measured."""

    async def get_sales_order(self, order_id: str) -> SalesOrder:  # noqa: ARG002 - the port's
        return ORDER


OneOrder.__abstractmethods__ = frozenset()


async def measure() -> dict[str, float]:
    settings = load(environment={"STRATA__data_dir": tempfile.mkdtemp()})
    api = catalogue.load("system/erp")
    key = private_key(settings, "process")
    app = api.app(Access("system", {audience("process"): Trusted(FixedKey(key), [ALGORITHM])}))
    app.state.opened = OneOrder()  # type: ignore[abstract]
    wiring = PeerWiring(HopTokens("process/orders", key, ["erp:read"]))
    gate = Gate(api.contract.name, app, wiring, settings.limits)
    context = Context(
        "process/orders/v1",
        wiring,
        "bench",
        new_id(128),
        time.monotonic() + 3600,
        identity=Identity("C-1001"),
    )
    client = ErpClient()
    senders = {"fused": InProcessSender(gate), "httpx": httpx_hop(gate)}

    async def cpu(sender: str) -> float:
        """Microseconds of CPU per call."""
        wiring.routes[api.contract.name] = senders[sender], api.contract.prefix
        assert await client.get_sales_order(ORDER_ID) == ORDER
        started = time.process_time()
        for _ in range(CALLS):
            await client.get_sales_order(ORDER_ID)
        return (time.process_time() - started) / CALLS * 1e6

    with entered(context):
        pairs = [(await cpu("fused"), await cpu("httpx")) for _ in range(ROUNDS)]
    return {
        "fused_us": statistics.median(a for a, _ in pairs),
        "httpx_asgi_us": statistics.median(b for _, b in pairs),
        "ratio": statistics.median(a / b for a, b in pairs),
    }


def httpx_hop(app: ASGIApp) -> Sender:
    """The same seam, with httpx's client and its ASGI transport beneath, as it is usually done."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp")

    async def send(request: Request, *, timeout: float) -> Reply:
        reply = await http.request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body or None,
            timeout=timeout,
        )
        return Reply(reply.status_code, reply.headers.raw, reply.content)

    return send


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hops", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    observability.configure("info")
    structlog.configure(logger_factory=structlog.BytesLoggerFactory(io.BytesIO()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as `strata serve` does
        figures = runner.run(measure())
    if options.json:
        print(json.dumps(figures))
    else:
        print(
            f"a hop between layers, CPU µs: fused {figures['fused_us']:.0f}, "
            f"httpx.ASGITransport {figures['httpx_asgi_us']:.0f}"
        )
        print(f"ratio {figures['ratio']:.3f} (goal: at most 0.25)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
