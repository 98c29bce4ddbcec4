"""`python -m bench.flows.child CONTENDER PLACE FLOWS WARM_UP BACKEND_SECONDS`: what they took, as JSON.

CPU is user and system time of all threads of this process; a database server's is not in it.
"""

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Iterator

import uvloop

from bench.flows.contenders import Contender
from bench.flows.order import Order, expected

AT_A_TIME = 32


async def measured(
    contender: Contender, flows: int, warm_up: int, backend_seconds: float
) -> dict[str, float]:
    await _play_all(contender, _orders("warm", warm_up, 0.0))
    before = contender.written()
    wall, cpu = time.perf_counter(), time.process_time()
    finished = await _play_all(contender, _orders("run", flows, backend_seconds))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    written = {name: count - before[name] for name, count in contender.written().items()}
    return {"finished": finished, "wall_s": wall, "cpu_s": cpu, **written}


def _orders(prefix: str, flows: int, backend_seconds: float) -> Iterator[Order]:
    for number in range(flows):
        yield Order(id=f"{prefix}-{number}", backend_seconds=backend_seconds)


async def _play_all(contender: Contender, orders: Iterator[Order]) -> int:
    """How many came to the end they should."""

    async def caller() -> int:
        finished = 0
        for order in orders:
            placed = await contender.play(order)
            if placed != expected(order):
                raise AssertionError(f"{order.id} came to {placed}")
            finished += 1
        return finished

    return sum(await asyncio.gather(*(caller() for _ in range(AT_A_TIME))))


async def main(name: str, place: str, flows: str, warm_up: str, backend_seconds: str) -> None:
    module = importlib.import_module(f"bench.flows.contenders.{name}")
    async with module.opened(place) as contender:
        answer = await measured(contender, int(flows), int(warm_up), float(backend_seconds))
    print(json.dumps(answer))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
