"""A journal copied from a machine that crashed starts, of whatever version it is."""

import shutil
from pathlib import Path

import pytest

from runtime.flows.schema import MIGRATIONS
from tests.runtime.flows.engines import engine
from tests.runtime.flows.stored import FOLDER, stored

STORED = sorted(path.name for path in FOLDER.glob("*.sqlite"))


@pytest.mark.parametrize("name", STORED)
async def test_a_journal_copied_from_a_crash_starts_and_its_run_is_finished(
    tmp_path: Path, name: str
) -> None:
    for path in FOLDER.glob(f"{name}*"):
        shutil.copy(path, tmp_path)
    async with engine(tmp_path / name, stored) as flows:
        assert await flows.recover() == 1
        runs = [await flows.wait(f"run-{thing}", timeout=5) for thing in ("whole", "crash")]
    assert [run.status for run in runs] == ["completed", "completed"]
    assert [run.result for run in runs] == ["hold whole, pay whole", "hold crash, pay crash"]


def test_there_is_one_of_every_version_that_was_ever_in_use() -> None:
    versions = range(2, len(MIGRATIONS) + 1)
    assert [f"version-{number}.sqlite" for number in versions] == STORED
