"""What every fault matrix measures by: a caller in a hurry, the memory it takes, what may be said."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from runtime.context import Context
from tests.connectors.faults import rogue
from tests.connectors.faults.rogue import MIB, Act

SECONDS, SHORT = 2.0, 0.8
"""What a caller gives a call, and what it gives one that would wait it out."""

MARGIN = 5.0
"""For the machine, which is shared; what has no deadline takes ten seconds here."""

MEMORY = 16 * MIB
"""For a call: twice what a reply may have."""


class Fault(NamedTuple):
    act: Act | None
    """None: nobody listens."""
    status: int
    kind: str

    @property
    def seconds(self) -> float:
        return SHORT if self.kind == "no-answer" else SECONDS


@asynccontextmanager
async def standing(act: Act | None) -> AsyncIterator[int]:
    if act is not None:
        async with rogue.rogue(act) as port:
            yield port
        return
    with socket.socket() as nobody:  # bound, so that nobody else gets it; not listening
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


def in_a_hurry(seconds: float) -> Context:
    nowhere: Any = None  # a connector calls no peer
    return Context("system/x", nowhere, "r", "ab" * 16, asyncio.get_running_loop().time() + seconds)


def memory() -> int:
    """The most this process has held since the last look, in bytes."""
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])
    Path("/proc/self/clear_refs").write_text("5")
    return peak * 1024
