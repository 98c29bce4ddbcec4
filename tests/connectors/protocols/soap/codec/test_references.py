"""SOAP-encoded answers that refer to what is sent once: put in its place, within a budget."""

from pathlib import Path

import pytest

from runtime.problems import Problem
from tests.connectors.protocols.soap.codec.rpc import LINE, PARTS, SENT, asked, referring, rpc
from tests.connectors.protocols.soap.secured import answering


async def test_what_is_referred_to_is_put_in_its_place(tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("encoded", PARTS)) as backend:
        backend.says(referring('<id>7</id><line href="#r0"/>', SENT))

        assert (await asked(backend, id=7, line=LINE))[1] == {"id": 7, "line": LINE}


NODE = '<part name="node" type="t:Node"/>'


def twice(number: int) -> str:
    return f'<t:Next href="#r{number}"/>' * 10


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ([*(twice(number) for number in range(1, 9)), ""], "unfolds to too many elements"),
        (['<t:Next href="#r1"/>', '<t:Next href="#r0"/>'], "contains itself by a reference"),
        (['<t:Next href="#r9"/>'], "a reference to nothing"),
        (
            [*(f'<t:Next href="#r{number}"/>' for number in range(1, 200)), ""],
            "unfolds to too many elements",  # as deep as that, nothing real is
        ),
    ],
    ids=["bomb", "loop", "nothing", "deep"],
)
async def test_references_have_a_budget(tmp_path: Path, others: list[str], says: str) -> None:
    async with answering(tmp_path, rpc("encoded", NODE)) as backend:
        backend.says(referring('<node href="#r0"/>', *others))

        with pytest.raises(Problem, match=says) as caught:
            await asked(backend, node={})

        assert caught.value.slug == "bad-answer"
