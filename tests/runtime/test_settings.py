"""Configuration: what wins, secrets by reference, and every fault by the path of its key."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.serving.catalogue import names
from runtime.settings import Settings, SettingsError, load


def loaded(tmp_path: Path, overlay: dict[str, Any] | None = None, **variables: str) -> Settings:
    environment = {name: text for name, text in variables.items() if not name.islower()}
    environment |= {f"STRATA__{name}": text for name, text in variables.items() if name.islower()}
    if overlay is None:
        return load(None, environment)
    file = tmp_path / "overlay.yaml"
    file.write_text(yaml.safe_dump(overlay))
    return load(file, environment)


def faults(tmp_path: Path, overlay: dict[str, Any] | None = None, **variables: str) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        loaded(tmp_path, overlay, **variables)
    assert refusal.value.faults == str(refusal.value).split("\n")
    return refusal.value.faults


def test_as_delivered_it_is_the_embedded_profile(tmp_path: Path) -> None:
    settings = loaded(tmp_path)

    assert settings.profile == "embedded"
    assert settings.listen.host == "127.0.0.1"
    systems = [name.removeprefix("system/") for name in names() if name.startswith("system/")]
    assert sorted(settings.backends) == sorted(systems)


def test_an_overlay_changes_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {"listen": {"port": 9000}, "limits": {"deadline_seconds": 3}})

    assert (settings.listen.host, settings.listen.port) == ("127.0.0.1", 9000)
    assert settings.limits.deadline_seconds == 3
    assert settings.limits.max_body_bytes == loaded(tmp_path).limits.max_body_bytes


def test_the_environment_wins_over_the_overlay(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {"listen": {"port": 9000}}, listen__port="9001")

    assert settings.listen.port == 9001


def test_a_variable_may_name_an_api(tmp_path: Path) -> None:
    url = "http://orders:8000"

    settings = loaded(tmp_path, None, **{"peers__process/orders": url})

    assert settings.peers == {"process/orders": url}


def test_another_vendor_brings_options_of_its_own(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {"backends": {"crm": {"vendor": "other", "url": "http://crm"}}})

    assert settings.backends["crm"].options() == {"url": "http://crm"}
    assert "url" in settings.backends["erp"].options()


@pytest.mark.parametrize("named", [{}, {"vendor": "sandbox_rest"}])
def test_the_same_vendor_keeps_its_options(tmp_path: Path, named: dict[str, str]) -> None:
    settings = loaded(tmp_path, {"backends": {"crm": {**named, "url": "http://crm"}}})

    assert settings.backends["crm"].options() == {
        "url": "http://crm",
        "api_key": "sandbox-crm-key",
    }


def test_another_vendor_by_environment_has_all_its_options(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        backends__crm__api_key="k",
        backends__crm__vendor="other",
        backends__crm__zone="eu",
    )

    assert settings.backends["crm"].vendor == "other"
    assert settings.backends["crm"].options() == {"api_key": "k", "zone": "eu"}


def test_null_takes_away_what_was_said_before(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        {"profile": "production", "security": {"development_clients": None}},
    )
    without_ada = loaded(tmp_path, security__development_clients__ada="null")

    assert settings.security.development_clients == {}
    assert "ada" not in without_ada.security.development_clients
    assert "bruno" in without_ada.security.development_clients


def test_null_by_environment_holds_beside_its_neighbours(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path, security__development_clients="null", security__grants="{experience/web: []}"
    )

    assert settings.security.development_clients == {}


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    overlay = {"backends": {"crm": {"api_key": "env:CRM_KEY"}}}

    settings = loaded(tmp_path, overlay, CRM_KEY="file:not-a-reference")

    assert settings.backends["crm"].options()["api_key"] == "file:not-a-reference"


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")

    settings = loaded(tmp_path, {"backends": {"crm": {"api_key": f"file:{tmp_path}/key"}}})

    assert settings.backends["crm"].options()["api_key"] == "s3cret"


def test_a_secret_may_stand_in_a_list(tmp_path: Path) -> None:
    issuer = {"issuer": "env:ISSUER", "jwks_url": "https://issuer.example/jwks"}

    settings = loaded(tmp_path, {"security": {"issuers": [issuer]}}, ISSUER="https://i.example")

    assert settings.security.issuers[0].issuer == "https://i.example"


def test_every_secret_that_cannot_be_had_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    overlay = {
        "backends": {"crm": {"api_key": "env:CRM_KEY"}, "erp": {"password": "file:/no/such"}},
        "security": {"issuers": [{"issuer": f"file:{tmp_path}/binary"}]},
    }

    assert sorted(faults(tmp_path, overlay)) == [
        "backends.crm.api_key: environment variable CRM_KEY is not set",
        "backends.erp.password: /no/such: No such file or directory",
        f"security.issuers.0.issuer: {tmp_path}/binary: not UTF-8 text",
    ]


@pytest.mark.parametrize(
    ("overlay", "path"),
    [
        ("profile: geheim", "profile"),
        ("listen: {port: geheim}", "listen.port"),
        ("listen: {port: 65536}", "listen.port"),
        ("listen: geheim", "listen"),
        ("limits: {deadline_seconds: 0}", "limits.deadline_seconds"),
        ("limits: {max_body_bytes: null}", "limits.max_body_bytes"),
        ("log_level: geheim", "log_level"),
        ("peers: {process/orders: geheim}", "peers.process/orders"),
        ("peers: {process/orders: 'ftp://geheim'}", "peers.process/orders"),
        ("backends: {crm: geheim}", "backends.crm"),
        ("backends: {mail: {url: geheim}}", "backends.mail.vendor"),
        ("security: {issuers: [{issuer: a, jwks_url: geheim}]}", "security.issuers.0.jwks_url"),
        ("security: {grants: {process/orders: geheim}}", "security.grants.process/orders"),
        ("flows: {engine: geheim}", "flows.engine"),
        ("flows: {engine: dbos}", "flows.database_url"),
        ("flows: {engine: dbos, database_url: 'mysql://geheim'}", "flows.database_url"),
        ("flows: {application_version: ''}", "flows.application_version"),
        ("geheim: 1", "geheim"),
        ("listen: {prot: geheim}", "listen.prot"),
        ("limits: {max_bytes: geheim}", "limits.max_bytes"),
    ],
)
def test_a_wrong_value_is_named_by_its_path_and_not_quoted(
    tmp_path: Path, overlay: str, path: str
) -> None:
    [fault] = faults(tmp_path, yaml.safe_load(overlay))

    assert fault.startswith(f"{path}: ")
    assert "geheim" not in fault.removeprefix(path)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1"])
def test_an_algorithm_that_proves_nothing_cannot_be_configured(
    tmp_path: Path, algorithm: str
) -> None:
    issuer = {"issuer": "i", "jwks_url": "https://i", "algorithms": [algorithm]}

    [fault] = faults(tmp_path, {"security": {"issuers": [issuer]}})

    assert fault.startswith("security.issuers.0.algorithms.0: ")


def test_every_wrong_value_is_named_at_once(tmp_path: Path) -> None:
    named = faults(tmp_path, {"profile": 1, "listen": {"port": -1}}, log_level="loud")

    assert [fault.split(":")[0] for fault in named] == ["profile", "log_level", "listen.port"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"password: geheim: again", "not YAML: line 1, column 17"),
        (b"a: 1\nb: 'geheim", "not YAML: line 2, column 11"),
        (b"\t- geheim", "not YAML: line 1, column 1"),
        (b"- geheim", "a mapping is expected"),
        (b"", "a mapping is expected"),
        (b"a: \xff", "not UTF-8 text"),
        (b"a: \x00", "not YAML: unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_not_quoted(
    tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "overlay.yaml"
    file.write_bytes(content)

    with pytest.raises(SettingsError) as refusal:
        load(file, {})

    assert str(refusal.value) == f"{file}: {says}"
    assert refusal.value.__cause__ is None or "geheim" not in str(refusal.value.__cause__)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml: No such file"):
        load(tmp_path / "none.yaml", {})


def test_a_variable_that_is_not_yaml_is_named_and_not_quoted(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, listen__port="{geheim")

    assert fault == "STRATA__listen__port: not YAML: line 1, column 8"
