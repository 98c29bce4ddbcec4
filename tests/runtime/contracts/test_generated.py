"""Models and clients are what the contracts give today: nothing edited, missing or left over."""

import shutil
import subprocess
import sys
from pathlib import Path

from runtime.contracts import codegen
from runtime.contracts.contract import CONTRACTS


def test_what_is_committed_is_what_the_contracts_give() -> None:
    assert codegen.stale() == []


def test_what_was_edited_is_missing_or_is_left_over_is_named(tmp_path: Path) -> None:
    for kind in ("models", "clients"):
        shutil.copytree(CONTRACTS / kind, tmp_path / kind)
    edited = tmp_path / "models" / "system" / "crm" / "v1.py"
    edited.write_text(edited.read_text().replace("max_length=200", "max_length=201"))
    (tmp_path / "models" / "canonical.py").write_text("")
    (tmp_path / "clients" / "process" / "orders" / "v1.py").unlink()
    (tmp_path / "clients" / "system" / "fax").mkdir()
    (tmp_path / "clients" / "system" / "fax" / "v1.py").write_text("# nobody's")
    (tmp_path / "models" / "experience" / "__init__.py").unlink()

    assert codegen.stale(tmp_path) == [
        "clients/process/orders/v1.py",
        "clients/system/fax/v1.py",
        "models/canonical.py",
        "models/experience/__init__.py",
        "models/system/crm/v1.py",
    ]


def test_the_command_says_that_all_is_fresh() -> None:
    command = [sys.executable, "-m", "runtime.cli", "contracts", "check"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "all fresh\n", "")
