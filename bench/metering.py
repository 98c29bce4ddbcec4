"""`python -m bench.metering`: what it costs a call that it is counted before it is served.

The cheapest call a partner can make, an empty list of orders, through two layers in this process,
counted in a SQLite file and not counted; CPU time of all threads, in alternating rounds. One call
at a time each waits for its own write; side by side they share one.
"""

import argparse
import asyncio
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable

import structlog
import uvloop

from runtime import observability
from runtime.access.issuer import DevelopmentIssuer
from runtime.access.keys import private_key
from runtime.calls.http import Request
from runtime.calls.in_process import InProcessSender
from runtime.calls.network import NetworkSender
from runtime.clock import now
from runtime.context import Identity
from runtime.metering.meter import Meter
from runtime.metering.standing import Standing
from runtime.serving.catalogue import names
from runtime.serving.platform import Platform
from runtime.settings import load

ROUNDS, CALLS = 11, 320
TOGETHER = (1, 32)
CLIENT = "partner-north"
URL = "/experience/partner/v1/orders?limit=1"


async def uncounted(_meter: Meter, _identity: Identity, _operation: str) -> Standing:
    return Standing((), now())


COUNT = {"counted": Meter.count, "uncounted": uncounted}


async def measure() -> dict[str, dict[str, float]]:
    settings = load(environment={"STRATA__data_dir": tempfile.mkdtemp()})
    issuer = DevelopmentIssuer(settings, private_key(settings, "development"))
    client = settings.security.development_clients[CLIENT]
    token = issuer.issue(CLIENT, client, client.scopes)
    network = NetworkSender()
    async with Platform(names(), settings, network) as platform:
        send = InProcessSender(platform)
        request = Request("GET", URL, [(b"authorization", f"Bearer {token}".encode())])

        async def call() -> None:
            assert (await send(request, timeout=30)).status == 200

        figures = {f"{n} at a time": await compared(call, n) for n in TOGETHER}
    await network.aclose()
    return figures


async def compared(call: Callable[[], Awaitable[None]], together: int) -> dict[str, float]:
    pairs = [
        (await cpu(call, "counted", together), await cpu(call, "uncounted", together))
        for _ in range(ROUNDS)
    ]
    return {
        "counted_us": statistics.median(a for a, _ in pairs),
        "uncounted_us": statistics.median(b for _, b in pairs),
        "ratio": statistics.median(a / b for a, b in pairs),
    }


async def cpu(call: Callable[[], Awaitable[None]], how: str, together: int) -> float:
    """Microseconds per call."""
    setattr(Meter, "count", COUNT[how])  # noqa: B010 - the only difference there is to be
    await call()
    started = time.process_time()
    for _ in range(CALLS // together):
        await asyncio.gather(*(call() for _ in range(together)))
    return (time.process_time() - started) / CALLS * 1e6


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.metering", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    observability.configure("info")
    structlog.configure(logger_factory=structlog.BytesLoggerFactory(io.BytesIO()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as `strata serve` does
        figures = runner.run(measure())
    if options.json:
        print(json.dumps(figures))
        return 0
    for how, found in figures.items():
        print(
            f"a call, {how}, CPU µs: counted {found['counted_us']:.0f}, "
            f"not counted {found['uncounted_us']:.0f}, ratio {found['ratio']:.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
