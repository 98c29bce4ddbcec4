"""What is shown of before says since when; what its contract calls of now does not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from process_apis.catalogue.parts import OF_NOW, Parts
from runtime.calls import ages


async def answer(age: int) -> int:
    """As a typed client's call does."""
    await asyncio.sleep(0)
    ages.note([(b"content-type", b"application/json"), (b"age", b"%d" % age)])
    return age


async def test_the_oldest_answer_of_a_part_is_told() -> None:
    parts = Parts()

    await asyncio.gather(
        *(parts.ask("price", answer(age)) for age in (OF_NOW + 1, 600, 0)),
        parts.ask("availability", answer(0)),
    )

    [kept] = parts.kept
    assert (kept.part, kept.source) == ("price", "erp")
    assert abs(datetime.now(UTC) - timedelta(seconds=600) - kept.as_of) < timedelta(seconds=5)


@pytest.mark.parametrize("age", [0, OF_NOW])
async def test_what_is_of_now_goes_without_saying(age: int) -> None:
    parts = Parts()

    await parts.have("price", answer(age))

    assert parts.kept == []
