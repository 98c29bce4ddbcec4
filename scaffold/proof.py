"""Whether what was made can be served: as a process of its own, since what it imports is new."""

import asyncio
import sys
import tempfile

from runtime.calls.http import Reply, Request, Unreached
from runtime.serving.platform import Platform
from runtime.settings import load
from sandbox.services import SERVICES


async def nowhere(_request: Request, /, *, timeout: float) -> Reply:
    raise Unreached(f"nobody is called here, within {timeout} seconds or later")


async def opens(name: str) -> None:
    """The contract is bound, the connector takes its configuration, the simulator is known."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load(None, {"STRATA__data_dir": folder})
        async with Platform([f"system/{name}"], settings, nowhere):
            assert name in SERVICES  # noqa: S101 - a proof


if __name__ == "__main__":
    asyncio.run(opens(sys.argv[1]))
