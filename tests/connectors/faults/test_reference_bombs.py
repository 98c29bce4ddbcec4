"""SOAP-encoded replies whose references unfold to more than anybody meant, over a real socket."""

import time
from pathlib import Path

import pytest

from runtime.context import entered
from runtime.problems import Unavailable
from tests.connectors.faults.bad_days import MEMORY, in_a_hurry, memory
from tests.connectors.protocols.soap.codec.rpc import referring, rpc
from tests.connectors.protocols.soap.secured import answering

QUICK = 20.0
"""Seconds, on a machine that is shared: what has no budget takes minutes."""

NODE = '<part name="node" type="t:Node"/>'
MEGABYTE = "x" * 1_000_000
FAR = 'xmlns:t="urn:test"' + "".join(f' xmlns:n{number}="urn:{number}"' for number in range(3000))


def to(number: int, times: int = 2) -> str:
    return f'<t:Next href="#r{number}"/>' * times


BOMBS: dict[str, list[str]] = {
    "twice forty times": [*(to(number) for number in range(1, 41)), ""],
    "a thousand, each to a thousand": [to(1, 1000), to(2, 1000), ""],
    "itself": [to(0)],
    "each other": [to(1), to(2), to(0)],
    "a megabyte, again and again": [to(1, 9000), MEGABYTE],
    "a megabyte behind each": [to(1, 9000), f"{to(2, 1)}{MEGABYTE}", ""],
    "a megabyte in an attribute": [to(1, 9000), f'<t:Next note="{MEGABYTE}"/>'],
    "thousands of namespaces": [f"<t:Next {FAR}>{to(1, 9000)}</t:Next>", ""],
}


@pytest.mark.parametrize("name", BOMBS)
async def test_what_unfolds_to_too_much_is_a_bad_answer_at_once(name: str, tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("encoded", NODE)) as backend:
        client, bomb = backend.client(), referring('<node href="#r0"/>', *BOMBS[name])
        backend.says(bomb)
        started, before = time.monotonic(), memory()

        with entered(in_a_hurry(QUICK)), pytest.raises(Unavailable) as caught:
            await client.call("Ask", {"node": {}})

        assert time.monotonic() - started < QUICK
        assert memory() - before < MEMORY
        assert caught.value.slug == "bad-answer"
        assert "reference" in str(caught.value) or "unfolds" in str(caught.value)


async def test_what_many_share_is_no_bomb(tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("encoded", NODE)) as backend:
        backend.says(referring('<node href="#r0"/>', to(1, 50), to(2, 50), ""))

        found = await backend.client().call("Ask", {"node": {}})

        assert [len(node["Next"]) for node in found["node"]["Next"]] == [50] * 50
