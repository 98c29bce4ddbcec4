"""Layers cannot be crossed, the first catch: import contracts name what reaches past its neighbour."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
PACKAGES = [
    "connectors", "contracts", "experience_apis", "process_apis", "runtime", "sandbox",
    "system_apis",
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree, to plant violations in."""
    top = tmp_path_factory.mktemp("source")
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.gz")
        shutil.copytree(HERE / package, top / package, ignore=ignored)
    shutil.copy(HERE / "pyproject.toml", top)
    return top


@pytest.fixture
def plant(copy: Path) -> Iterator[Path]:
    """A place for one file, which is taken out again."""
    yield copy
    for planted in copy.rglob("planted.py"):
        planted.unlink()


def lint(top: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)


def test_the_tree_as_it_is_crosses_no_layer(copy: Path) -> None:
    done = lint(copy)

    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("folder", "imports"),
    [
        ("experience_apis/mobile", "contracts.clients.system.erp.v1"),
        ("experience_apis/mobile", "contracts.models.system.erp.v1"),
        ("experience_apis/mobile", "connectors.erp"),
        ("experience_apis/mobile", "process_apis.customers.api"),
        ("experience_apis/mobile", "system_apis.erp.api"),
        ("experience_apis/mobile", "experience_apis.web.views"),
        ("process_apis/orders", "connectors.protocols.http"),
        ("process_apis/orders", "system_apis.erp.api"),
        ("process_apis/orders", "experience_apis.web.views"),
        ("process_apis/orders", "process_apis.customers.api"),
        ("system_apis/erp", "contracts.clients.process.orders.v1"),
        ("system_apis/erp", "contracts.clients.system.crm.v1"),
        ("system_apis/erp", "system_apis.crm.api"),
        ("connectors/erp", "contracts.clients.system.crm.v1"),
        ("connectors/erp", "system_apis.erp.api"),
        ("contracts", "connectors.erp"),
        ("runtime", "connectors.erp"),
        ("runtime", "contracts.models.canonical"),
        ("runtime", "process_apis.orders.api"),
    ],
)
def test_an_import_past_the_neighbour_is_named(plant: Path, folder: str, imports: str) -> None:
    (plant / folder / "planted.py").write_text(f"def sly():\n    import {imports}\n")

    done = lint(plant)

    assert done.returncode == 1, done.stdout
    module = f"{folder.replace('/', '.')}.planted"
    chain = next(line for line in done.stdout.splitlines() if f"{module} -> " in line)
    assert imports.startswith(chain.split(" -> ")[1].split()[0])
