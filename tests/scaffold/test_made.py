"""What `strata new system-api` makes works at once: from a WSDL, from OpenAPI, and from nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.scaffold.projects import ROOT, Project, copied

pytestmark = pytest.mark.timeout(240)  # of which the first waits for all to be made

WSDL = ROOT / "connectors" / "erp" / "wsdl" / "sandbox" / "erp.wsdl"
RPC = ROOT / "connectors" / "payments" / "wsdl" / "gateway" / "gateway.wsdl"
OPENAPI = Path(__file__).with_name("parcels.yaml")
ALL = {
    "sales": ["--wsdl", str(WSDL)],
    "card_desk": ["--wsdl", str(RPC), "--vendor", "gateway"],
    "parcels": ["--openapi", str(OPENAPI)],
    "loyalty": [],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with one of each."""
    project = copied(tmp_path_factory.mktemp("made"))
    for name, source in ALL.items():
        done = project.new(name.replace("_", "-"), *source)
        assert done.returncode == 0, done.stderr
    return project


def test_its_own_tests_pass_at_once(made: Project) -> None:
    suites = [f"tests/connectors/{name}" for name in ALL]

    done = made.python("pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *suites)

    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("name", ["sales", "parcels", "loyalty"])
def test_a_test_of_what_is_stored_and_shown_again_is_among_them(made: Project, name: str) -> None:
    [suite] = (made.folder / "tests" / "connectors" / name).glob("test_*.py")

    assert "test_what_was_stored_is_shown_again" in suite.read_text()


@pytest.mark.parametrize("command", [("contracts", "check"), ("wsdl", "check")])
def test_nothing_of_it_is_stale_or_unpinned(made: Project, command: tuple[str, str]) -> None:
    done = made.strata(*command)

    assert done.returncode == 0, done.stdout


def test_it_is_in_the_form_the_project_has(made: Project) -> None:
    folders = [f"{place}/{name}" for name in ALL for place in ("connectors", "sandbox")]
    folders += [f"{place}/{name}" for name in ALL for place in ("system_apis", "tests/connectors")]

    checked = made.python("ruff", "check", "--no-cache", *folders, "sandbox/services.py")
    formatted = made.python("ruff", "format", "--no-cache", "--check", *folders)

    assert checked.returncode == 0, checked.stdout
    assert formatted.returncode == 0, formatted.stdout


def test_each_is_routed_with_its_own_scopes(made: Project) -> None:
    contract = read(made, "contracts/system/sales/v1.yaml")

    reading = contract["paths"]["/get-price"]["get"]
    writing = contract["paths"]["/create-sales-order"]["post"]

    assert reading["security"] == [{"oauth2": ["sales:read"]}]
    assert [p["name"] for p in reading["parameters"]] == ["matNo", "currency"]
    assert writing["security"] == [{"oauth2": ["sales:write"]}]
    assert list(writing["responses"]) == ["200", "default"]


def test_what_the_schema_says_of_values_is_in_the_contract(made: Project) -> None:
    schemas = read(made, "contracts/system/sales/v1.yaml")["components"]["schemas"]

    address, line = schemas["Address"], schemas["OrderLine"]
    assert address["properties"]["addrType"] == {"type": "string", "enum": ["B", "D"]}
    assert address["properties"]["country"] == {"type": "string", "pattern": "^[A-Z]{2}$"}
    assert line["properties"]["qty"]["type"] == "string", "no float holds a quantity"
    assert schemas["SaveAddressRequest"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["SalesOrder"]


def test_the_project_knows_it_everywhere_and_keeps_its_comments(made: Project) -> None:
    for file in ("config/default.yaml", "config/compose.yaml", "docker-compose.yml"):
        before, after = (ROOT / file).read_text(), (made.folder / file).read_text()
        assert comments(before) == comments(after)
    backends = read(made, "config/default.yaml")["backends"]
    ports = {name: backends[name]["url"].split(":")[2].split("/")[0] for name in ALL}
    assert len(set(ports.values())) == len(ALL)
    compose = read(made, "docker-compose.yml")["services"]
    published = compose["sandbox"]["ports"]
    for name, port in ports.items():
        assert compose[f"system-{name}"]["command"][1] == f"system/{name}"
        assert f"127.0.0.1:{port}:{port}" in published
        assert port in compose["sandbox"]["healthcheck"]["test"][-1]


def test_it_says_what_it_made_for_people_and_for_machines(project: Project) -> None:
    with project.unchanged():
        people = project.new("loyalty", "--dry-run")
        machines = project.new("loyalty", "--dry-run", "--json")

    told = json.loads(machines.stdout)
    assert (people.returncode, machines.returncode) == (0, 0)
    assert "would make    connectors/loyalty/rest/" in people.stdout
    assert told["operations"] == ["listItems", "getItem", "putItem", "deleteItem"]
    assert "connectors/loyalty/rest/words.py" in told["made"]
    assert told["written"] is False


def read(project: Project, file: str) -> Any:
    return yaml.safe_load((project.folder / file).read_text())


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]
