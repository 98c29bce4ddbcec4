"""What the callers of a healthy backend notice while another one in the same process fails fully."""

import asyncio
import statistics
from contextlib import aclosing

from bench.overload.load import Ended, Target, backend, offered
from bench.overload.server import running
from runtime.calls.http import Sender
from runtime.calls.network import NetworkSender
from runtime.resilience.guard import Guard
from runtime.resilience.policy import Policy

RATE = 100.0
TROUBLES = ("/fail", "/hang")


async def measure(seconds: float, rounds: int) -> dict[str, float]:
    """The p99 of B's callers while A fails, over the same while A is well: medians of rounds."""
    ratios = await ratios_of(0.99, seconds, rounds)
    return {
        f"p99_while_another_{trouble.removeprefix('/')}s": statistics.median(found)
        for trouble, found in ratios.items()
    }


async def ratios_of(share: float, seconds: float, rounds: int) -> dict[str, list[float]]:
    """By trouble, for each round."""
    async with aclosing(NetworkSender()) as network:
        with running() as a, running() as b:

            async def beside(path: str, lasting: float) -> float:
                return percentile(await _beside(a, path, b, network, lasting), share)

            await beside("/work", 0.5)  # connections, imports
            ratios: dict[str, list[float]] = {trouble: [] for trouble in TROUBLES}
            for _ in range(rounds):
                well = await beside("/work", seconds)
                for trouble in TROUBLES:
                    ratios[trouble].append(await beside(trouble, seconds) / well)
    return ratios


async def _beside(a: str, a_path: str, b: str, network: Sender, seconds: float) -> list[Ended]:
    other, _ = await asyncio.gather(
        offered(Target(backend(b, network, Guard("b", Policy()), 1), "/work", RATE), seconds),
        offered(Target(backend(a, network, Guard("a", Policy()), 1), a_path, RATE), seconds),
    )
    assert all(call.outcome == "ok" for call in other)
    return other


def percentile(calls: list[Ended], share: float) -> float:
    times = sorted(call.took for call in calls)
    return times[int(share * (len(times) - 1))]
