"""`strata demo --once`: the story, told and checked, and nothing left of it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.demo.running import demo

pytestmark = pytest.mark.timeout(90)

TOTALS = r"5 of 5 as told · 5 orders · \d+ hops · \d+ backend calls · \d+\.\d s"
PLACED = ["price_order", "reserve_stock", "authorize_payment", "create_erp_order", "check_hold"]
FINISHED = ["capture_payment", "commit_reservation", "confirm_erp_order"]


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str
    left: list[Path]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told]:
    """For people and for machines, side by side: what takes time is mostly waiting."""
    one, other = tmp_path_factory.mktemp("people"), tmp_path_factory.mktemp("machines")
    with demo(one, "--once") as first, demo(other, "--once", "--json") as second:
        outputs = first.communicate(timeout=60), second.communicate(timeout=60)
    runs = zip((first, second), outputs, (one, other), strict=True)
    people, machines = [
        Told(run.returncode, *said, list(folder.iterdir())) for run, said, folder in runs
    ]
    return people, machines


@pytest.fixture(scope="module")
def document(told: tuple[Told, Told]) -> dict[str, Any]:
    return dict(json.loads(told[1].out))


def test_it_ends_well_with_one_line_of_totals(told: tuple[Told, Told]) -> None:
    people, _ = told
    assert people.status == 0, people.out + people.err
    assert re.fullmatch(TOTALS, people.out.splitlines()[-1])
    assert not re.search(r"^ *✗", people.out, re.MULTILINE)


def test_without_a_terminal_it_is_plain_text_that_fits(told: tuple[Told, Told]) -> None:
    people, _ = told
    assert "\x1b" not in people.out + people.err
    assert "\r" not in people.out + people.err
    lines = (people.out + people.err).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)


def test_the_tree_has_every_layer_down_to_the_vendors_operations(told: tuple[Told, Told]) -> None:
    tree = told[0].out.partition("hop or step")[2].partition("answer")[0]
    names = [line.strip(" │├└").split("  ")[0] for line in tree.splitlines()]
    assert [n for n in names if n][1:3] == ["experience/web checkout", "process/orders placeOrder"]
    assert [name for name in names if name in {*PLACED, *FINISHED}] == [*PLACED, *FINISHED]
    for operation in ("GetPrice", "putHold", "createIntent", "CreateSalesOrder", "captureIntent"):
        assert re.search(rf"{operation} +\d+\.\d$", tree, re.MULTILINE), tree


def test_nothing_is_left_in_the_temporary_directory(told: tuple[Told, Told]) -> None:
    assert [run.left for run in told] == [[], []]


def test_for_machines_it_is_one_document(told: tuple[Told, Told], document: dict[str, Any]) -> None:
    assert told[1].status == 0
    assert document["as_told"] is True
    assert document["totals"]["orders"] == len(document["chapters"]) == 5
    assert all(promise["kept"] for it in document["chapters"] for promise in it["promises"])


def test_what_the_backends_have_is_part_of_it(document: dict[str, Any]) -> None:
    means = [
        [entry["means"] for kind in ("orders", "holds", "payments") for entry in held[kind]]
        for held in (chapter["holdings"] for chapter in document["chapters"])
    ]
    assert means == [
        ["confirmed", "allocated", "taken"],
        ["released", "refused"],
        [],
        ["released", "let go"],
        ["confirmed", "allocated", "taken"],
    ]


def test_the_killed_order_was_taken_up_where_it_was(document: dict[str, Any]) -> None:
    """Each step has ended once: none before the crash was repeated after it."""
    steps = [span for root in document["chapters"][4]["spans"] for span in _all(root)]
    done = [span["did"] for span in steps if span["kind"] == "step"]
    assert sorted(done) == sorted([*PLACED, *FINISHED])


def _all(span: dict[str, Any]) -> list[dict[str, Any]]:
    return [span, *(below for call in span["calls"] for below in _all(call))]
