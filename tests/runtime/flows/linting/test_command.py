"""`strata flows lint` and `strata flows explain`, as processes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

HOME = Path(__file__).parents[4]


def strata(
    *arguments: str, path: Path = HOME, expected: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli", "flows", *arguments],
        env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{HOME}"},
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Our Process APIs, where stock is reserved in a flow and never released."""
    shutil.copytree(HOME / "process_apis", tmp_path / "process_apis")
    flow = tmp_path / "process_apis/orders/place_order.py"
    text = flow.read_text()
    assert ", undo=release_stock" in text
    flow.write_text(text.replace(", undo=release_stock", ""))
    return tmp_path


def test_lint_finds_nothing_in_our_flows() -> None:
    assert strata("lint").stdout == ""


def test_lint_finds_a_planted_mistake(planted: Path) -> None:
    said = strata("lint", "process/orders", path=planted, expected=1).stdout
    assert re.fullmatch(
        r".*place_order.py:\d+: irreversible: reserve_stock .*\[place-order\]\n", said
    )
    rows = orjson.loads(strata("lint", "--json", "process/orders", path=planted, expected=1).stdout)
    assert [(row["flow"], row["rule"]) for row in rows] == [("place-order", "irreversible")]


def test_explain_tells_what_happens_to_an_order() -> None:
    told = " ".join(strata("explain", "place-order").stdout.split())
    assert (
        "Undone: create_erp_order by cancel_erp_order, then authorize_payment by void_payment,"
        " then reserve_stock by release_stock. The run has failed"
    ) in told
    before, after = told.split("point of no return")
    assert "create_erp_order: compensable" in before
    assert "capture_payment: pivot" in after
    assert "Undone:" not in after


def test_explain_for_machines() -> None:
    steps = orjson.loads(strata("explain", "place-order", "--json").stdout)
    kinds = {step["name"]: step["kind"] for step in steps}
    assert kinds == {
        "price_order": "reads",
        "reserve_stock": "compensable",
        "authorize_payment": "compensable",
        "create_erp_order": "compensable",
        "check_hold": "reads",
        "capture_payment": "pivot",
        "commit_reservation": "retriable",
        "confirm_erp_order": "retriable",
    }
    pay = steps[2]
    assert pay["key"] == "RUN:authorize_payment"
    assert pay["undone"] == [
        [
            {"step": "authorize_payment", "by": "void_payment"},
            {"step": "reserve_stock", "by": "release_stock"},
        ]
    ]
    ends = {case["when"]: case["ends"] for case in pay["cases"]}
    assert (ends["refused"], ends["undo-fails"]) == ("failed", "stuck")


def test_a_flow_that_does_not_exist_is_refused_with_those_that_do() -> None:
    said = strata("explain", "place-oder", expected=2).stderr
    assert "no flow 'place-oder'" in said
    assert "place-order" in said


def test_help_names_every_action() -> None:
    said = strata("--help").stdout
    assert {"lint", "explain", "list", "retry"} <= set(re.findall(r"\w+", said))


def test_an_api_that_does_not_exist_is_refused() -> None:
    assert "no API 'process/order'" in strata("lint", "process/order", expected=2).stderr
