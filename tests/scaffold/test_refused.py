"""What cannot be made is refused by name, and nothing is written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.scaffold.projects import ROOT, Project, copied

WSDL = str(ROOT / "connectors" / "erp" / "wsdl" / "sandbox" / "erp.wsdl")


@dataclass(frozen=True)
class Case:
    arguments: tuple[str, ...]
    """FILE stands for a file with this content, or for none."""
    status: int
    says: str
    content: str | None = None


UNREADABLE = "usage: strata new"
CASES = {
    "capitals": Case(("Loyalty",), 2, UNREADABLE),
    "a word of Python": Case(("class",), 2, UNREADABLE),
    "a digit first": Case(("1st",), 2, UNREADABLE),
    "a path": Case(("a/b",), 2, UNREADABLE),
    "an empty word": Case(("a--b",), 2, UNREADABLE),
    "no name": Case((), 2, UNREADABLE),
    "two sources": Case(("loyalty", "--wsdl", WSDL, "--openapi", WSDL), 2, "not allowed with"),
    "a port of nothing": Case(("loyalty", "--port", "P"), 2, "--port goes with --wsdl"),
    "an import of nothing": Case(("loyalty", "--import", "a=nowhere"), 2, "URL=FILE"),
    "a capability": Case(("erp",), 1, "erp is taken: contracts/system/erp"),
    "a folder": Case(("protocols",), 1, "protocols is taken: connectors/protocols"),
    "a module": Case(("clock",), 1, "clock is taken: sandbox/clock"),
    "a simulated backend": Case(("smtp",), 1, "smtp is taken: the sandbox"),
    "no WSDL there": Case(("loyalty", "--wsdl", "FILE"), 1, "No such file"),
    "no XML": Case(("loyalty", "--wsdl", "FILE"), 1, "is no XML", "hello"),
    "no WSDL": Case(("loyalty", "--wsdl", "FILE"), 1, "neither a WSDL 1.1", "<html/>"),
    "no document there": Case(("loyalty", "--openapi", "FILE"), 1, "No such file"),
    "no YAML": Case(("loyalty", "--openapi", "FILE"), 1, "neither YAML nor JSON", "a: ["),
    "no OpenAPI": Case(("loyalty", "--openapi", "FILE"), 1, "no OpenAPI 3.0 or 3.1", "a: 1"),
    "Swagger": Case(("loyalty", "--openapi", "FILE"), 1, "no OpenAPI 3.0", 'swagger: "2.0"'),
    "no paths": Case(("loyalty", "--openapi", "FILE"), 1, "no paths", "openapi: 3.1.0"),
    "no such operation": Case(
        ("loyalty", "--wsdl", WSDL, "--only", "GetPrise"), 1, "GetPrise: the WSDL has no such"
    ),
    "no such port": Case(("loyalty", "--wsdl", WSDL, "--port", "P"), 1, "has no SOAP port P"),
}


@pytest.fixture(scope="module")
def refused(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("described")
    lines = []
    for number, case in enumerate(CASES.values()):
        file = folder / str(number)
        if case.content is not None:
            file.write_text(case.content)
        lines.append([str(file) if word == "FILE" else word for word in case.arguments])
    done = project.python("tests.scaffold.refusing", json.dumps(lines))
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_by_name_and_nothing_is_written(
    refused: dict[str, dict[str, Any]], name: str
) -> None:
    case, done = CASES[name], refused[name]

    assert done["status"] == case.status, done["complained"]
    assert case.says in done["complained"]
    assert done["changed"] == []


@pytest.mark.timeout(120)
def test_what_fails_later_leaves_nothing_behind(tmp_path: Path) -> None:
    """The models are generated after the files are written, and here that fails."""
    project = copied(tmp_path)
    (tmp_path / "contracts" / "system" / "erp" / "v1.yaml").write_text("openapi: [")

    with project.unchanged():
        done = project.new("loyalty", "--json")

    assert done.returncode == 1, done.stderr
    assert "v1.yaml" in json.loads(done.stdout)["refused"][0]
