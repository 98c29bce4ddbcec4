"""Configuration: config/default.yaml, then one overlay file, then STRATA__ environment variables.

`STRATA__listen__port=8080` sets `listen.port`; values are YAML. A later source wins key by key, and
`null` takes away what an earlier one said. A value `env:NAME` or `file:PATH` is a secret by
reference, replaced before validation. Whatever is wrong is reported at start with the path of its
key.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

import config
from runtime.access.signed import key_of
from runtime.resilience.policy import Policy

PREFIX = "STRATA__"
DEFAULTS = Path(config.__file__).parent / "default.yaml"
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+")]


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
    jwks_url: Url
    algorithms: list[Literal["RS256", "ES256", "Ed25519", "EdDSA", "PS256"]] = ["RS256"]


class DevelopmentClient(_Section):
    """A client of the development issuer: who it acts as, and what it may ask for."""

    secret: str
    subject: str
    scopes: list[str]
    layer: Literal["experience", "process", "system"] = "experience"
    """The layer its tokens are for."""


class SenderSettings(_Section):
    """A system that signs what it sends us (Standard Webhooks)."""

    secrets: list[SecretStr] = Field(min_length=1, max_length=3)
    """Two while one is replaced by the other; either is accepted."""

    @field_validator("secrets")
    @classmethod
    def _usable(cls, secrets: list[SecretStr]) -> list[SecretStr]:
        for secret in secrets:
            key_of(secret.get_secret_value())
        return secrets

    @property
    def keys(self) -> list[bytes]:
        return [key_of(secret.get_secret_value()) for secret in self.secrets]


class Cors(_Section):
    """Pages that may call the Experience layer from a browser."""

    origins: list[Annotated[str, Field(pattern=r"^https?://[^/\s*]+$")]] = []
    """E.g. `https://shop.example`, without a path; a browser sends it so."""


class Security(_Section):
    issuers: list[Issuer] = []
    development_clients: dict[str, DevelopmentClient] = {}
    hop_keys: dict[str, str] = {}
    """Ed25519 private keys (JWK) by layer: what that layer signs its calls with."""
    hop_public_keys: dict[str, str] = {}
    """Ed25519 public keys (JWK) by layer: how the layer below knows its callers."""
    sealing_keys: list[SecretStr] = []
    """32 bytes each, in base64: what secrets of others are kept under. The first one is used; those
    behind it are still known."""
    senders: dict[str, SenderSettings] = {}
    """Who signs instead of bringing a token, by the name that contracts have in `x-signed-by`."""
    cors: Cors = Cors()
    grants: dict[str, list[str]] = {}
    """The scopes an API may use at its peers, by API, e.g. `process/orders`."""


class FlowSettings(_Section):
    engine: Literal["embedded", "dbos"] = "embedded"
    """dbos: DBOS on PostgreSQL, for several replicas of a process."""
    database_url: str | None = Field(default=None, validate_default=True)
    """E.g. `postgresql://strata@db:5432/flows`, a session for each replica; for dbos."""
    application_version: str = Field(default="1", min_length=1)
    """A replica takes over runs of its own version only."""
    retention_days: float = Field(default=400, ge=0)
    """How long runs that have ended are kept, and their idempotency keys with them; 0: for ever."""

    @field_validator("database_url")
    @classmethod
    def _there_for_dbos(cls, url: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("engine") == "dbos" and not (url or "").startswith("postgresql://"):
            raise ValueError("flows.engine dbos needs a postgresql:// URL")
        return url


class Quota(_Section):
    """How many calls there may be, by the UTC calendar; none said, none set."""

    day: int | None = Field(default=None, ge=0)
    month: int | None = Field(default=None, ge=0)


class Quotas(_Section):
    """Of the clients of an API whose contract says `x-metered`, by `client_id`."""

    default: Quota = Quota()
    clients: dict[str, Quota] = {}
    """Who is named here has these instead of the default, not beside it."""

    def of(self, client: str) -> dict[Literal["day", "month"], int]:
        quota = self.clients.get(client, self.default)
        limits: dict[Literal["day", "month"], int | None] = {"day": quota.day, "month": quota.month}
        return {kind: limit for kind, limit in limits.items() if limit is not None}


class Webhooks(_Section):
    private_networks: list[IPvAnyNetwork] = []
    """Where receivers of events may stand although it is not the public internet, e.g. `10.20.0.0/16`.
    A production profile tells nobody at any other private address."""


class Backend(BaseModel):
    """Which vendor serves a capability and how it is protected; the other keys are that vendor's own."""

    model_config = ConfigDict(extra="allow", frozen=True)
    vendor: str
    policy: Policy = Policy()

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
    flows: FlowSettings = FlowSettings()
    peers: dict[str, Url] = {}
    """Base URLs of APIs that run elsewhere, e.g. `process/orders: http://orders:8000`."""
    quotas: dict[str, Quotas] = {}
    """By API, e.g. `experience/partner`."""
    webhooks: Webhooks = Webhooks()
    backends: dict[str, Backend] = {}


def load(overlay: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    merged = _read(DEFAULTS)
    if overlay is not None:
        merged = _merged(merged, _read(overlay))
    merged = _merged(merged, _overrides(environment))
    faults: list[str] = []
    resolved = _resolved(merged, environment, (), faults)
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
        content = _yaml(str(path), path.read_text())
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path}: not UTF-8 text"]) from error
    if not isinstance(content, dict):
        raise SettingsError([f"{path}: a mapping is expected"])
    return content


def _yaml(source: str, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:  # its own text quotes the line, which may hold a secret
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "unreadable"
        raise SettingsError([f"{source}: not YAML: {place}"]) from None


def _overrides(environment: Mapping[str, str]) -> dict[str, Any]:
    """The STRATA__ variables as one tree, so that their order among themselves does not matter."""
    tree: dict[str, Any] = {}
    for name, text in sorted(environment.items()):
        if name.startswith(PREFIX):
            value = _yaml(name, text)
            for key in reversed(name.removeprefix(PREFIX).split("__")):
                value = {key: value}
            tree = _merged(tree, value)
    return tree


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` wins, section by section; a backend with another vendor replaces the section whole."""
    result = dict(base)
    for key, value in over.items():
        held = result.get(key)
        if isinstance(held, dict) and isinstance(value, dict) and not _another(held, value):
            result[key] = _merged(held, value)
        else:
            result[key] = value
    return result


def _another(held: dict[str, Any], value: dict[str, Any]) -> bool:
    return "vendor" in held and "vendor" in value and held["vendor"] != value["vendor"]


def _resolved(
    node: Any, environment: Mapping[str, str], path: tuple[object, ...], faults: list[str]
) -> Any:
    """Without nulls, and with each secret in the place of its reference."""
    if isinstance(node, dict):
        return {
            key: _resolved(value, environment, (*path, key), faults)
            for key, value in node.items()
            if value is not None
        }
    if isinstance(node, list):
        return [_resolved(item, environment, (*path, i), faults) for i, item in enumerate(node)]
    try:
        return _secret(node, environment) if isinstance(node, str) else node
    except LookupError as error:
        faults.append(f"{'.'.join(map(str, path))}: {error.args[0]}")
        return ""


def _secret(text: str, environment: Mapping[str, str]) -> str:
    """What `env:NAME` and `file:PATH` stand for; any other text is itself. Raises LookupError."""
    kind, _, name = text.partition(":")
    if kind == "env":
        if name not in environment:
            raise LookupError(f"environment variable {name} is not set")
        return environment[name]
    if kind == "file":
        try:
            return Path(name).read_text().strip()
        except OSError as error:
            raise LookupError(f"{name}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise LookupError(f"{name}: not UTF-8 text") from error
    return text
