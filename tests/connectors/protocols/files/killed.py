"""A pick-up in a process of its own that is killed at a named point."""

import asyncio
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

from connectors.protocols.files.inbox import Inbox, Marker
from connectors.protocols.files.ledger import Ledger
from connectors.protocols.files.pickup import PickUp
from tests.connectors.protocols.files.material import LAYOUT, SCHEMA, files_at, sink

# A fork server that has imported everything: each child then starts in milliseconds.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload([__name__, "asyncssh"])

POINTS = [
    "intended",
    "marked",
    "claimed",
    "fetched",
    "judged",
    "delivering",
    "delivered",
    "unmarked",
    "moved",
    "closed",
]


def killed_at(point: str, options: dict[str, Any], data_dir: Path) -> int:
    """Its exit code: minus the signal."""
    child = CHILDREN.Process(target=_take, args=(point, options, data_dir))
    child.start()
    child.join(20)
    assert child.exitcode is not None
    return child.exitcode


def _take(point: str, options: dict[str, Any], data_dir: Path) -> None:
    def passed(at: str) -> None:
        if at == point:
            os.kill(os.getpid(), signal.SIGKILL)

    async def take() -> None:
        ledger = Ledger(data_dir / "files.sqlite", SCHEMA)
        inbox = Inbox(LAYOUT, "*.csv", complete=Marker())
        files = files_at(options, data_dir)
        await PickUp(files, ledger, inbox, data_dir / "work", passed=passed).take(sink)

    asyncio.run(take())
