"""What a consumer asks is one call of theirs, and one call of ours to the Process layer."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pytest

from tests.end_to_end.consumer import Consumer
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.every_operation import PARTNER, operations
from tests.end_to_end.people import Person

Line = dict[str, Any]

NO_CALL = frozenset({(PARTNER, "getUsage")})
"""What was asked of an API it knows itself."""


async def served(platform: Deployment, asked: Mapping[str, str]) -> dict[str, list[Line]]:
    """The log's lines of requests, by their ids, once there is one of each API that was asked."""
    for _ in range(600):
        lines = [it for it in platform.log_lines() if it["event"] == "request"]
        found = {id_: [it for it in lines if it["request_id"] == id_] for id_ in asked}
        if all(any(it["api"] == f"{api}/v1" for it in found[id_]) for id_, api in asked.items()):
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError


def below(lines: Sequence[Line], api: str) -> list[str]:
    """The layers that were called for the one request to an API."""
    [own] = [it for it in lines if it["api"] == f"{api}/v1"]
    return [it["api"].split("/")[0] for it in lines if it["parent_span_id"] == own["span_id"]]


@pytest.mark.once
@pytest.mark.usefixtures("onboardings")
async def test_every_operation_makes_one_call_to_the_process_layer(
    platform: Deployment, anna: Person
) -> None:
    consumer = Consumer(anna)
    asked: dict[str, tuple[str, str]] = {}
    for api, group in groupby(operations(), key=lambda it: it[0].api):
        await consumer.settle()  # what the requests to another API have used up
        for _, operation in group:
            id_ = f"{anna.id}-{len(asked)}"
            reply = await consumer.send(api, operation, **{"x-request-id": id_})
            assert reply.is_success, (api, operation, reply.text)
            asked[id_] = (api, operation)

    found = await served(platform, {id_: api for id_, (api, _) in asked.items()})
    called = {asked[id_]: below(lines, asked[id_][0]) for id_, lines in found.items()}
    assert called == {it: [] if it in NO_CALL else ["process"] for it in asked.values()}
