"""A System API from what was asked for: read, composed, tried and put in place."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from connectors.protocols.soap.vendoring.adding import add
from connectors.protocols.soap.wsdl import load
from runtime.contracts import codegen
from scaffold import names, project
from scaffold.keeping import keeping
from scaffold.project import ROOT
from scaffold.reading.openapi.document import document, read
from scaffold.reading.openapi.operations import system_of as openapi_system
from scaffold.reading.wsdl.operations import system_of as wsdl_system
from scaffold.resources import kept_by_path
from scaffold.system import Refused, System
from scaffold.writing import conversions
from scaffold.writing.api import api
from scaffold.writing.connector import rest_connector, soap_connector
from scaffold.writing.contract import contract
from scaffold.writing.kept import kept
from scaffold.writing.port import port as port_source
from scaffold.writing.proofs import calls, front_door
from scaffold.writing.simulator import rest_simulator, soap_simulator
from scaffold.writing.templates import filled
from scaffold.writing.words import words


@dataclass(frozen=True)
class Asked:
    name: str
    vendor: str
    wsdl: Path | None = None
    openapi: Path | None = None
    port: str | None = None
    only: tuple[str, ...] = ()
    imports: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """Paths as they are below the project's root."""

    new: list[str]
    changed: list[str]
    operations: list[str]
    notes: list[str]

    @property
    def folders(self) -> list[str]:
        """Where the new files are, for people."""
        return list(dict.fromkeys(str(Path(file).parent) + "/" for file in self.new))


@dataclass(frozen=True)
class _Plan:
    system: System
    files: Mapping[str, bytes]
    """By the path below the root."""
    changed: Mapping[Path, str]

    def made(self) -> Made:
        return Made(
            sorted(self.files),
            sorted(str(path.relative_to(ROOT)) for path in self.changed),
            [operation.id for operation in self.system.operations],
            list(self.system.notes),
        )


def planned(asked: Asked) -> Made:
    """What would be made, without the models and the client. Raises as `make` does."""
    return _plan(asked).made()


def make(asked: Asked) -> Made:
    """Raises Refused, WsdlError or ContractError, and then nothing is changed."""
    plan = _plan(asked)
    name = plan.system.name
    with project.made(name, {ROOT / p: c for p, c in plan.files.items()}, plan.changed):
        codegen.generate()
        project.tidy(
            *(f for f in project.folders(name) if f.is_relative_to(ROOT / "contracts") is False),
            ROOT / "sandbox" / "services.py",
        )
        project.run("scaffold.proof", name)
    return plan.made()


def _plan(asked: Asked) -> _Plan:
    if not (ROOT / "pyproject.toml").is_file():
        raise Refused([f"{ROOT} is no checkout of the project, but an installation of it"])
    if found := project.taken(asked.name):
        raise Refused([f"{asked.name} is taken: {', '.join(found)}"])
    return _soap(asked, asked.wsdl) if asked.wsdl is not None else _rest(asked)


def _soap(asked: Asked, wsdl: Path) -> _Plan:
    with tempfile.TemporaryDirectory() as folder:
        added = add(wsdl, Path(folder) / asked.vendor, imports=asked.imports, port=asked.port)
        port = load(added.main, asked.port)
        files = {path.name: path.read_bytes() for path in added.main.parent.iterdir()}
        system = wsdl_system(port, asked.name, asked.vendor, names.title(asked.name), asked.only)
        faults = sorted({f for o in system.operations for f in port.operation(o.name).faults})
        simulator = soap_simulator(system, port)
    connector = soap_connector(system, added.main.name, asked.port, faults)
    does = {name: one.told() for name, one in keeping(system.operations).items()}
    source = words(system, conversions.SOAP)
    texts = _texts(system, SOAP, {"__init__.py": connector, "words.py": source}, simulator, does)
    vendored = _below(f"connectors/{asked.name}/wsdl/{asked.vendor}", files)
    return _Plan(system, {**vendored, **texts}, _changes(system, SOAP))


def _rest(asked: Asked) -> _Plan:
    title = names.title(asked.name)
    if asked.openapi is not None:
        described = read(asked.openapi)
    else:
        described = document(yaml.safe_load(filled("bare.yaml", title=title)), "bare.yaml")
    system = openapi_system(described, asked.name, asked.vendor, title, asked.only)
    source = words(system, conversions.REST)
    connector = {"__init__.py": rest_connector(system), "words.py": source}
    does = {operation.name: kept_by_path(operation, system) for operation in system.operations}
    texts = _texts(system, REST, connector, rest_simulator(system), does)
    return _Plan(system, texts, _changes(system, REST))


@dataclass(frozen=True)
class _Reached:
    """How a simulated backend is reached: the path behind its port, and the connector's options."""

    path: str
    options: Mapping[str, str]


SOAP = _Reached("/soap", {"user": "strata", "password": "sandbox"})
REST = _Reached("", {"api_key": "sandbox-key"})


def _changes(system: System, reached: _Reached) -> Mapping[Path, str]:
    options = ", ".join(f"{name}: {value}" for name, value in reached.options.items())
    return project.changes(system, project.free_port(), options, reached.path)


def _texts(
    system: System,
    reached: _Reached,
    connector: Mapping[str, str],
    simulator: Mapping[str, str],
    does: Mapping[str, Mapping[str, Any]],
) -> dict[str, bytes]:
    name, vendor = system.name, system.vendor
    texts = {
        f"contracts/system/{name}/v1.yaml": contract(system),
        f"connectors/{name}/__init__.py": port_source(system),
        **{f"connectors/{name}/{vendor}/{file}": text for file, text in connector.items()},
        f"system_apis/{name}/__init__.py": "",
        f"system_apis/{name}/api.py": api(system),
        f"tests/connectors/{name}/__init__.py": "",
        f"tests/connectors/{name}/examples.py": calls(system, reached.options, reached.path),
        f"tests/connectors/{name}/test_{vendor}.py": front_door(system, kept(system, does)),
        **{f"sandbox/{name}/{file}": text for file, text in simulator.items()},
    }
    return {path: text.encode() for path, text in texts.items()}


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in files.items()}
