"""The flow benchmark compares contenders that finished the same flows."""

import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest

from bench.flows.__main__ import main, ratio
from bench.flows.contest import DBOS_SQLITE, ENTRIES, PLAIN, PLAIN_AT_ONCE

FLOWS = 8


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    with redirect_stdout(io.StringIO()) as said:
        assert main(["--json", "--rounds", "1", "--flows", str(FLOWS)]) == 0
    answer: dict[str, Any] = json.loads(said.getvalue())
    return answer


def test_every_contender_is_measured_or_named_with_a_reason(figures: dict[str, Any]) -> None:
    measured, left_out = figures["flows_per_s"], figures.get("not_measured", {})

    assert {*measured, *left_out} == set(ENTRIES)
    assert not {*measured} & {*left_out}
    assert all(left_out.values())
    assert all(figure > 0 for figure in measured.values())


def test_every_contender_has_finished_all_flows(figures: dict[str, Any]) -> None:
    assert figures["finished"] == {name: [[FLOWS, FLOWS]] for name in figures["flows_per_s"]}


def test_a_ratio_is_given_to_all_that_were_measured(figures: dict[str, Any]) -> None:
    wanted = {DBOS_SQLITE, PLAIN_AT_ONCE, PLAIN} & {*figures["flows_per_s"]}

    assert {*figures["ratio"]} == wanted
    assert all(figure > 0 for figure in figures["ratio"].values())


def test_what_an_order_of_ours_writes_is_counted_without_the_warm_up(
    figures: dict[str, Any],
) -> None:
    order = figures["per_order"]

    assert 1 <= order["rows"] <= 1 + 7 + 1  # itself, its steps, the point of no return
    assert 0 < order["commits"] <= order["fsyncs"]
    assert order["commits"] <= 2 * order["rows"]


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    ours = [{"finished": 10, "wall_s": wall} for wall in (1.0, 1.0, 1.0)]
    theirs = [{"finished": 10, "wall_s": wall} for wall in (2.0, 2.0, 90.0)]

    assert ratio(ours, theirs) == 2.0
