"""docker-compose.yml against the Compose schema and against the code: no engine is needed for either."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from runtime import layers
from runtime.cli import COMMANDS
from runtime.serving import catalogue
from runtime.settings import load

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
SERVED = {
    name: s["command"][1] for name, s in SERVICES.items() if s.get("command", [""])[0] == "serve"
}
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("strata:")}
SETTINGS = load(ROOT / "config" / "compose.yaml", {})


def test_it_is_a_compose_file() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_api_has_its_service_named_after_it() -> None:
    assert sorted(SERVED.values()) == sorted(catalogue.names())
    assert all(name == api.replace("/", "-") for name, api in SERVED.items())


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_services_run_commands_there_are(name: str) -> None:
    command = SERVICES[name]["command"]

    assert command[0] in COMMANDS
    if command[0] == "serve":
        assert command[2:] == ["--config", "/etc/strata/compose.yaml"]


@pytest.mark.parametrize(("name", "api"), sorted(SERVED.items()))
def test_a_service_waits_for_just_the_peers_its_code_calls(name: str, api: str) -> None:
    catalogue.load(api)
    peers = {p.rsplit("/", 1)[0].replace("/", "-") for p in layers.peers(catalogue.package(api))}
    backends = {"sandbox"} if layers.layer_of(api) == "system" else set()

    waits = SERVICES[name].get("depends_on", {})

    assert set(waits) == (peers | backends) - {name}  # an API may call itself, and waits for others
    assert all(wait == {"condition": "service_healthy"} for wait in waits.values())


def test_the_peers_in_the_configuration_are_the_services() -> None:
    for api, url in SETTINGS.peers.items():
        at = urlsplit(url)
        assert SERVED[at.hostname or ""] == api
        assert at.port == SETTINGS.listen.port


def test_the_backends_in_the_configuration_are_on_the_sandboxes_ports() -> None:
    inside = {port.rsplit(":", 1)[1] for port in SERVICES["sandbox"]["ports"]}

    for backend in SETTINGS.backends.values():
        at = urlsplit(backend.options()["url"])
        assert (at.hostname, str(at.port) in inside) == ("sandbox", True)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_is_published_beyond_this_machine(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        host, outside, inside = port.split(":")
        assert host == "127.0.0.1"
        assert outside.isdigit()
        assert inside in {"8000", outside}


def test_no_two_services_publish_one_port() -> None:
    published = [p.rsplit(":", 1)[0] for s in SERVICES.values() for p in s.get("ports", [])]

    assert len(published) == len(set(published))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_pinned_watched_and_read_only(name: str) -> None:
    service = SERVICES[name]

    assert re.search(r":\d+\.\d+(\.\d+)?(-[\w.]+)?$", service["image"])
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["read_only"] is True


def test_the_image_is_built_from_pinned_bases_and_runs_the_console_script_as_nobody_special() -> (
    None
):
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    copied = [re.findall(r"--from=(\S+)", line) for line in lines if line.startswith("COPY --from")]

    outside = [*images, *(c for found in copied for c in found if c != "build")]
    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in outside)
    assert 'ENTRYPOINT ["strata"]' in lines
    assert "USER strata" in lines
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version is not None
    assert {SERVICES[name]["image"] for name in OURS} == {f"strata:{version[1]}"}
