"""kill -9 at every write of the journal while an operator's order is given and carried out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.flows.order_matrix import CASES

ROOT = Path(__file__).parents[3]
Found = list[dict[str, Any]]


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    command = [sys.executable, "-m", "tests.runtime.flows.order_matrix"]
    command += [str(tmp_path_factory.mktemp("orders")), *CASES]
    ended = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, text=True, check=True)
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.parametrize("name", CASES)
def test_an_order_that_was_given_is_carried_out_once_whenever_it_is_killed(
    found: Found, name: str
) -> None:
    assert [case for case in found if case["order"] == name and case["violations"]] == []


@pytest.mark.parametrize("name", CASES)
def test_it_was_killed_between_the_order_and_its_effect(found: Found, name: str) -> None:
    mine = [case for case in found if case["order"] == name]
    assert {"before write 1", "after write 1"} <= {case["kill"] for case in mine}
    assert [case["kill"] for case in mine if case["waited"]]
