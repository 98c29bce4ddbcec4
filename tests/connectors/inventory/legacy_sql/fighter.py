"""A process that takes what it can get: `python -m ... OPTIONS NAME ROUNDS` prints what it holds."""

import asyncio
import json
import logging
import sys
from contextlib import aclosing

import structlog

from connectors.inventory.legacy_sql import Connector, Options
from connectors.reach import Reach
from runtime.problems import Rejected
from tests.connectors.inventory.legacy_sql.material import lines
from tests.connectors.protocols.sql.material import nobody

BASKETS = (
    lines(CHAIR_MESH=1, DESK_SIT_160=1),
    lines(DESK_SIT_160=1, CHAIR_MESH=1),
    lines(DOCK_TB4=3, CHAIR_MESH=1),
    lines(MON_27_4K=2, DOCK_TB4=1),
)
"""In no common order, so that whoever locks in the order asked would wait in circles."""


async def take(warehouse: Connector, ref: str, turn: int) -> str | None:
    """The reference, if it got the basket; the odd ones are confirmed."""
    try:
        await warehouse.put_reservation(ref, BASKETS[turn % len(BASKETS)], 900)
        if turn % 2:
            await warehouse.commit_reservation(ref)
    except Rejected as refused:
        if refused.slug != "out-of-stock":
            raise
        return None
    return ref


async def main(options: str, name: str, rounds: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    reach = Reach(nobody)
    async with aclosing(Connector(Options.model_validate_json(options), reach)) as warehouse:
        turns = range(int(rounds))
        took = await asyncio.gather(*(take(warehouse, f"{name}-{turn}", turn) for turn in turns))
    print(json.dumps([ref for ref in took if ref]))  # noqa: T201 - its answer


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
