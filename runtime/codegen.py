"""Generates contracts/models and contracts/clients from the contracts; `check` names what is stale.

Development only: datamodel-code-generator is a development dependency, pinned exactly because its
output is committed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from runtime.codegen_client import client_source
from runtime.contract import CONTRACTS, Contract, contract_names

FLAGS = [
    "--input-file-type",
    "openapi",
    "--output-model-type",
    "pydantic_v2.BaseModel",
    "--base-class",
    "contracts.model.Model",
    "--target-python-version",
    "3.11",
    "--snake-case-field",
    "--use-annotated",
    "--use-type-alias",
    "--strict-nullable",
    "--enum-field-as-literal",
    "all",
    "--field-constraints",
    "--use-standard-collections",
    "--use-union-operator",
    "--use-double-quotes",
    "--disable-timestamp",
    "--formatters",
    "builtin",
    "--external-ref-mapping",
    "../../canonical.yaml=contracts.models.canonical",
]


def generate(target: Path = CONTRACTS) -> list[Path]:
    """Write every generated file below `target`; returns their paths."""
    written = [_models(CONTRACTS / "canonical.yaml", target / "models" / "canonical.py")]
    for name in contract_names():
        source = CONTRACTS / f"{name}.yaml"
        written.append(_models(source, target / "models" / f"{name}.py"))
        written.append(
            _write(target / "clients" / f"{name}.py", client_source(Contract.load(name)))
        )
    for package in {parent for path in written for parent in _packages(path, target)}:
        if not (package / "__init__.py").exists():
            written.append(_write(package / "__init__.py", ""))
    return written


def stale() -> list[str]:
    """Generated files that differ from what the contracts give today, or that nothing gives."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        fresh = {path.relative_to(target): path.read_text() for path in generate(target)}
    committed = {
        path.relative_to(CONTRACTS): path.read_text()
        for kind in ("models", "clients")
        for path in (CONTRACTS / kind).rglob("*.py")
    }
    return sorted(str(p) for p in fresh | committed if fresh.get(p) != committed.get(p))


def _models(source: Path, target: Path) -> Path:
    command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(source), *FLAGS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{source}: {done.stderr.strip()}")
    # Taken from standard output: with --output the formatting follows the folder it is written to.
    return _write(target, done.stdout)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _packages(path: Path, top: Path) -> list[Path]:
    return [parent for parent in path.parents if parent != top and top in parent.parents]
