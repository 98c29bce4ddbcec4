"""A contract of ours with one thing changed, in a folder of its own beside the canonical one."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from runtime.contracts.contract import CONTRACTS

Edit = Callable[[dict[str, Any]], object]


def edited(folder: Path, name: str, edit: Edit) -> Path:
    """The root under which the contract lies as `edit` leaves it."""
    document = yaml.safe_load((CONTRACTS / f"{name}.yaml").read_text())
    edit(document)
    return written(folder, name, document)


def written(folder: Path, name: str, document: dict[str, Any]) -> Path:
    """The root under which a contract lies."""
    file = folder / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    shutil.copy(CONTRACTS / "canonical.yaml", folder)
    return folder
