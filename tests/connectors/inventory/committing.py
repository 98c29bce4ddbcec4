"""A process that reserves and commits one lamp after another, until it is killed."""

import asyncio
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from connectors.inventory.nightly_file import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import OrderLine
from tests.connectors.inventory.nightly import LAMP, no_http

# A fork server that has imported everything: each child then starts in milliseconds.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload([__name__, "asyncssh"])


class Commits:
    def __init__(self, options: dict[str, Any], data_dir: Path, life: int) -> None:
        self._told, told = CHILDREN.Pipe(duplex=False)
        self._child = CHILDREN.Process(target=_run, args=(options, data_dir, life, told))
        self._child.start()
        told.close()

    def killed_after(self, answers: int) -> list[str]:
        """The reservations whose commit was answered before the kill, so many or some more."""
        answered = [self._told.recv() for _ in range(answers)]
        os.kill(self._child.pid or 0, signal.SIGKILL)
        self._child.join()
        while self._told.poll():
            try:
                answered.append(self._told.recv())
            except EOFError:
                break
        self._told.close()
        return answered


def _run(options: dict[str, Any], data_dir: Path, life: int, told: Connection) -> None:
    async def commit_all() -> None:
        connector = Connector(Options.model_validate(options), Reach(no_http, data_dir=data_dir))
        for number in range(12):
            name = f"R-{life}-{number}"
            await connector.put_reservation(name, [OrderLine(sku=LAMP, quantity=1)], 900)
            await connector.commit_reservation(name)
            told.send(name)
        await asyncio.sleep(60)

    asyncio.run(commit_all())
