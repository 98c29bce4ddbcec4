"""kill -9 at every write of the journal, before it and after it, whatever the backends answer."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.crash_matrix.kills import MOMENTS
from tests.runtime.flows.crash_matrix import FAULTS

Cases = dict[str, list[dict[str, Any]]]
ROOT = Path(__file__).parents[3]
ENDINGS = {"": {"completed"}, "decline": {"failed"}, "lose": {"completed", "failed"}}


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    """Of every fault, from two processes that share the work."""
    command = [sys.executable, "-m", "tests.runtime.flows.crash_matrix"]
    halves = [
        subprocess.Popen(
            [*command, str(tmp_path_factory.mktemp("crash")), *half],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        for half in (FAULTS[::2], FAULTS[1::2])
    ]
    found: Cases = defaultdict(list)
    for line in "".join(half.communicate()[0] for half in halves).splitlines():
        case = json.loads(line)
        found[case["fault"]].append(case)
    assert [half.returncode for half in halves] == [0, 0]
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_killed_anywhere_a_run_ends_completed_or_with_everything_undone(
    cases: Cases, fault: str
) -> None:
    assert [case for case in cases[fault] if case["violations"]] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_every_write_was_killed_before_and_after(cases: Cases, fault: str) -> None:
    kills = {case["kills"][0] for case in cases[fault]}
    fewest = range(1, 5)  # accepted, the first step declined, undone, ended
    assert {f"{moment} write {n}" for moment in MOMENTS for n in fewest} <= kills


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_ends_as_its_backends_let_it(cases: Cases, fault: str) -> None:
    expected = ENDINGS[fault.partition(" ")[0]]
    endings = {case["status"] for case in cases[fault]}
    assert endings - {None} <= expected  # None: killed before the run was accepted
    assert endings & expected


def test_a_run_that_was_never_accepted_had_no_effect_and_others_are_never_lost(
    cases: Cases,
) -> None:
    every = [case for group in cases.values() for case in group]
    lost = [case for case in every if case["status"] is None]
    assert {case["kills"][0] for case in lost} == {"before write 1"}
