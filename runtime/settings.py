"""Configuration: config/default.yaml, then one overlay file, then STRATA__ environment variables.

`STRATA__listen__port=8080` sets `listen.port`; values are YAML. A
value `env:NAME` or `file:PATH` is a secret by reference, replaced before validation. Whatever is
wrong is reported at start with the path of the key.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import config

PREFIX = "STRATA__"
DEFAULTS = Path(config.__file__).parent / "default.yaml"


class SettingsError(Exception):
    """The configuration is wrong; every fault is named by the path of its key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Listen(_Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)


class Limits(_Section):
    deadline_seconds: float = Field(gt=0, le=600)
    """The longest any call may take; callers may ask for less."""
    max_body_bytes: int = Field(gt=0)


class Issuer(_Section):
    """An OAuth2 authorization server whose tokens consumers may bring."""

    issuer: str
    jwks_url: str
    algorithms: list[Literal["RS256", "ES256", "EdDSA", "PS256"]] = ["RS256"]


class DevelopmentClient(_Section):
    """A client of the development issuer: who it acts as, and what it may ask for."""

    secret: str
    subject: str
    scopes: list[str]
    layer: Literal["experience", "process", "system"] = "experience"
    """The layer its tokens are for."""


class Security(_Section):
    issuers: list[Issuer] = []
    development_clients: dict[str, DevelopmentClient] = {}
    hop_keys: dict[str, str] = {}
    """Ed25519 private keys (JWK) by layer: what that layer signs its calls with."""
    hop_public_keys: dict[str, str] = {}
    """Ed25519 public keys (JWK) by layer: how the layer below knows its callers."""
    grants: dict[str, list[str]] = {}
    """The scopes an API may use at its peers, by API, e.g. `process/orders`."""


class Backend(BaseModel):
    """Which vendor serves a capability; the other keys are that vendor's own options."""

    model_config = ConfigDict(extra="allow", frozen=True)
    vendor: str

    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class Settings(_Section):
    profile: Literal["embedded", "production"]
    data_dir: Path
    """Where the embedded profile keeps its journal and its development keys."""
    log_level: Literal["debug", "info", "warning", "error"]
    fixed_time: str | None = None
    """A frozen business clock for comparisons; embedded profile only."""
    listen: Listen
    limits: Limits
    security: Security
    peers: dict[str, str] = {}
    """Base URLs of APIs that run elsewhere, e.g. `process/orders: http://orders:8000`."""
    backends: dict[str, Backend] = {}


def load(overlay: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    merged = _read(DEFAULTS)
    if overlay is not None:
        merged = _merged(merged, _read(overlay))
    for name, text in sorted(environment.items()):
        if name.startswith(PREFIX):
            merged = _merged(merged, _nested(name.removeprefix(PREFIX).split("__"), text))
    faults: list[str] = []
    resolved = _with_secrets(merged, environment, "", faults)
    if faults:
        raise SettingsError(faults)
    try:
        return Settings.model_validate(resolved)
    except ValidationError as error:
        raise SettingsError(faults_at("", error)) from error


def faults_at(path: str, error: ValidationError) -> list[str]:
    """What pydantic found, each with the dotted path of its key and never with its value."""
    return [
        f"{'.'.join(str(part) for part in (*filter(None, [path]), *fault['loc']))}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text())
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror}"]) from error
    except yaml.YAMLError as error:
        raise SettingsError([f"{path}: not YAML: {error}"]) from error
    if not isinstance(content, dict):
        raise SettingsError([f"{path}: a mapping is expected"])
    return content


def _nested(keys: list[str], text: str) -> dict[str, Any]:
    value: Any = yaml.safe_load(text)
    for key in reversed(keys):
        value = {key: value}
    return dict(value)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` wins, section by section; a backend with another vendor replaces the section whole."""
    result = dict(base)
    for key, value in over.items():
        held = result.get(key)
        same = not (isinstance(value, dict) and "vendor" in value)
        result[key] = (
            _merged(held, value)
            if isinstance(held, dict) and isinstance(value, dict) and same
            else value
        )
    return result


def _with_secrets(node: Any, environment: Mapping[str, str], path: str, faults: list[str]) -> Any:
    if isinstance(node, dict):
        inner = {k: _with_secrets(v, environment, f"{path}.{k}", faults) for k, v in node.items()}
        return inner
    if isinstance(node, str) and node.startswith("env:"):
        if (name := node.removeprefix("env:")) not in environment:
            faults.append(f"{path.lstrip('.')}: environment variable {name} is not set")
        return environment.get(name, "")
    if isinstance(node, str) and node.startswith("file:"):
        try:
            return Path(node.removeprefix("file:")).read_text().strip()
        except OSError as error:
            faults.append(f"{path.lstrip('.')}: {node.removeprefix('file:')}: {error.strerror}")
    return node
