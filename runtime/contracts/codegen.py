"""Generates contracts/models and contracts/clients from the contracts; `check` names what is stale.

Development only: datamodel-code-generator is a development dependency, pinned exactly because its
output is committed. It runs in this process: started anew for each contract it took eight times as
long.
"""

import io
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from runtime.contracts.bundle import ContractError
from runtime.contracts.client_source import client_source
from runtime.contracts.contract import CONTRACTS, Contract, contract_names

FLAGS = """
--input-file-type openapi --output-model-type pydantic_v2.BaseModel
--base-class contracts.model.Model --target-python-version 3.11
--snake-case-field --use-annotated --use-type-alias --strict-nullable --enum-field-as-literal all
--field-constraints --use-standard-collections --use-union-operator --use-double-quotes
--disable-timestamp --formatters builtin
--external-ref-mapping ../../canonical.yaml=contracts.models.canonical
""".split()  # noqa: SIM905 - as it would be typed


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


def stale(committed: Path = CONTRACTS) -> list[str]:
    """Generated files that differ from what the contracts give today, or that nothing gives."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        fresh = {path.relative_to(target): path.read_text() for path in generate(target)}
    found = {
        path.relative_to(committed): path.read_text()
        for kind in ("models", "clients")
        for path in (committed / kind).rglob("*.py")
    }
    return sorted(str(p) for p in fresh | found if fresh.get(p) != found.get(p))


def _models(source: Path, target: Path) -> Path:
    from datamodel_code_generator.__main__ import main  # not there outside of development

    text, faults = io.StringIO(), io.StringIO()
    with redirect_stdout(text), redirect_stderr(faults):
        status = main(["--input", str(source), *FLAGS])
    if status:
        raise ContractError(str(source), [faults.getvalue().strip()])
    # Taken from standard output: with --output the formatting follows the folder it is written to.
    return _write(target, text.getvalue())


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _packages(path: Path, top: Path) -> list[Path]:
    return [parent for parent in path.parents if parent != top and top in parent.parents]
