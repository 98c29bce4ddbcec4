"""`python -m bench.soap.child CLIENT URL`: for each line `SIZE CALLS` read, the CPU a call took."""

import asyncio
import importlib
import json
import sys
import time

import uvloop

from bench.soap.clients.concurrently import CALLERS
from bench.soap.orders import understood


async def obey(name: str, base_url: str) -> None:
    client = importlib.import_module(f"bench.soap.clients.{name}").Client(base_url)
    for command in sys.stdin:
        size, calls = command.split()
        await client.batch(size, CALLERS)  # connections that idled too long are opened again
        started = time.process_time()
        order = await client.batch(size, int(calls))
        spent = time.process_time() - started
        answer = {"cpu_us": spent / int(calls) * 1e6, "understood": understood(order)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(obey(*sys.argv[1:]))
