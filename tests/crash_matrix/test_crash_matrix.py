"""A sample of the crash matrix, and that it can fail: whatever is broken on purpose, it finds."""

import json
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash_matrix.cases import Case, read_case
from tests.crash_matrix.flows import FLOWS
from tests.crash_matrix.kills import AtWrite, InCall
from tests.crash_matrix.outcome import Outcome
from tests.crash_matrix.pool import Pool

ROOT = Path(__file__).parents[2]


def matrix(*options: str) -> tuple[int, dict[str, Any]]:
    """Its exit status, and what it says."""
    command = [sys.executable, "-m", "tests.crash_matrix", "--json", *options]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("runs", "options"),
    [(30, ["--engine", "embedded"]), (3, ["--engine", "dbos", "--only", "place-order"])],
    ids=["embedded", "dbos"],
)
def test_killed_anywhere_no_charge_order_or_reservation_is_left_alone(
    runs: int, options: list[str]
) -> None:
    status, found = matrix("--sample", str(runs), "--workers", "2", *options)

    assert found["cases"] == []
    assert (status, found["runs"], found["violations"]) == (0, runs, 0)


TRIES = 10
TWICE = "2 screenings"

BROKEN = {
    "keyless": (
        "embedded: place-order, paid: normal: in payments.createIntent",
        "an authorisation of 12980 left",
    ),
    "no-release": (
        "embedded: place-order, declined: normal: in payments.createIntent",
        "a reservation left",
    ),
    "no-tombstone": (
        "embedded: place-order, paid: late inventory.putHold: not killed",
        "a reservation left",
    ),
}


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(1) as pool:
        yield pool


@pytest.mark.timeout(300)
@pytest.mark.parametrize("sabotage", BROKEN)
async def test_what_is_broken_on_purpose_is_found(pool: Pool, sabotage: str) -> None:
    """On a busy machine an undo may be later than what it undoes: then the case is played again."""
    name, violation = BROKEN[sabotage]
    broken: list[Outcome] = []
    whole: list[Outcome] = []

    pool.sabotage = sabotage
    while len(broken) < TRIES and violation not in str([each.violations for each in broken]):
        await pool.play([read_case(name)], broken.append)
    pool.sabotage = "none"
    await pool.play([read_case(name)], whole.append)

    assert violation in str(broken[-1].violations)
    assert whole[0].violations == []


def test_a_violation_is_told_with_the_command_that_repeats_it() -> None:
    case, _ = BROKEN["no-release"]

    status, found = matrix("--sabotage", "no-release", "--case", case)

    assert (status, found["runs"], found["violations"]) == (1, 1, 1)
    repeat = shlex.split(found["cases"][0]["repeat"])
    assert repeat[-4:] == ["--sabotage", "no-release", "--case", case]


@pytest.mark.parametrize(
    ("variant", "violations", "expected"),
    [
        ("late", [TWICE], True),
        ("normal", [TWICE], False),
        ("late", [TWICE, "a charge without an order"], False),
        ("late", [], False),
    ],
)
def test_what_a_vendor_does_not_let_us_promise_is_told_apart(
    variant: str, violations: list[str], expected: bool
) -> None:
    why = FLOWS["onboard-customer"].limit(variant, "compliance.createCheck", violations)

    assert ("has no keys" in why) is expected


@pytest.mark.parametrize(
    "case",
    [
        Case("embedded", "place-order", "paid", "normal"),
        Case("embedded", "cancel-order", "paid", "late", "erp.CancelSalesOrder"),
        Case("embedded", "place-order", "sold out", "duplicate", kills=(AtWrite("before", 3),)),
        Case(
            "embedded",
            "place-order",
            "declined",
            "normal",
            kills=(InCall("payments.createIntent"), AtWrite("after", 1)),
        ),
    ],
    ids=str,
)
def test_a_case_is_repeated_by_its_name(case: Case) -> None:
    assert read_case(str(case)) == case


@pytest.mark.parametrize(
    "name",
    [
        "",
        "embedded: place-order, paid: normal: sometimes",
        "embedded: nothing, paid: normal: not killed",
    ],
)
def test_a_name_of_no_case_is_refused(name: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_case(name)
