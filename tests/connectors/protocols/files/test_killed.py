"""`kill -9` at every point of a pick-up: nothing is lost, and each row is delivered once."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import pytest

from connectors.protocols.files.inbox import Marker
from tests.connectors.protocols.files.killed import POINTS, killed_at
from tests.connectors.protocols.files.material import Partner, delivered

CONTENTS = {f"{n}.csv": f"name,price\nfirst-{n},1\nsecond-{n},2\n" for n in range(3)}
ROWS = sorted(
    (f"{which}-{n}", str(k)) for n in range(3) for k, which in [(1, "first"), (2, "second")]
)


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_loses_nothing_and_delivers_nothing_twice(
    partner: Callable[..., Partner], options: dict[str, Any], point: str
) -> None:
    at = partner(options, "elsewhere", complete=Marker())
    for name, content in CONTENTS.items():
        at.drop(name, content)
        at.drop(f"{name}.done", "")
    ours = at.data_dir.with_name("data")

    for _ in CONTENTS:  # each time in the midst of the next file
        exitcode = await asyncio.to_thread(killed_at, point, options, ours)
        assert exitcode == -signal.SIGKILL
    next_run = partner(options, "data", complete=Marker())
    await next_run.take()

    assert sorted(delivered(ours)) == ROWS
    assert (at.lying(""), at.lying("in-process"), at.lying("failed")) == ([], [], [])
    assert at.lying("archive") == sorted(CONTENTS)
    assert await next_run.take() == []
