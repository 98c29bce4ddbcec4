"""Every vendor there is, found by itself, and those of them that can be run here.

A vendor is whatever lies in a capability's folder; a capability is a folder with a port. To have
the promises of a port proved for one more vendor, name a fixture in RUNNING and write it.
"""

import importlib
import importlib.util
import inspect
import json
import os
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic_core import PydanticUndefined

import connectors
from connectors.protocols.options import HttpOptions

URL = "http://vendor.test"


@dataclass(frozen=True)
class Stand:
    """A vendor that runs here: the options to reach it, and what differs in its test data."""

    module: str
    options: dict[str, Any]
    words: dict[str, str] = field(default_factory=dict)


REAL: dict[str, dict[str, str]] = json.loads(os.environ.get("STRATA_REAL_BACKENDS", "{}"))
"""The line that `python -m sandbox.real` prints: third-party backends that run."""

RUNNING: dict[str, list[str]] = {
    "compliance": ["sandbox_compliance"],
    "crm": ["sandbox_crm", "sandbox_salesforce"],
    "erp": ["sandbox_erp"],
    "inventory": [
        "sandbox_inventory",
        "legacy_postgresql",
        "legacy_mariadb",
        "legacy_sqlite",
        "nightly_file",
    ],
    "notifications": ["sandbox_smtp"],
    "payments": [
        "sandbox_payments",
        "sandbox_gateway",
        *(["localstripe"] if "stripe" in REAL else []),
    ],
}
"""By capability, the session fixtures (conftest.py) that give a Stand."""


def every(capability: str, but: str = "") -> pytest.MarkDecorator:
    """For each vendor of a capability that runs here: the test's `connector` is that vendor's."""
    stands = [name for name in RUNNING[capability] if name != but]
    return pytest.mark.parametrize("stand", stands, indirect=True)


def _children(package: ModuleType) -> Iterator[str]:
    for child in pkgutil.iter_modules(package.__path__):
        yield f"{package.__name__}.{child.name}"


def _port(package: ModuleType) -> type[Any] | None:
    own = [
        thing
        for thing in vars(package).values()
        if inspect.isclass(thing)
        and inspect.isabstract(thing)
        and thing.__module__ == package.__name__
    ]
    return own[0] if own else None


CAPABILITIES = [importlib.import_module(name) for name in _children(connectors)]
PORTS = {
    package.__name__.rpartition(".")[2]: port
    for package in CAPABILITIES
    if (port := _port(package)) is not None
}
VENDORS = [
    name for package in CAPABILITIES if _port(package) is not None for name in _children(package)
]


def rsa_key() -> str:
    """As PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return pem.decode()


SIGNED_WITH = "made-up-whsec"
"""What a provider signs its messages with."""

FITTING: dict[str, dict[str, Any]] = {
    "connectors.notifications.smtp": {
        "url": "smtps://vendor.test",
        "user": "strata",
        "password": "made-up-password",
        "sender": "shop@vendor.test",
    },
    "connectors.crm.salesforce": {"private_key": rsa_key()},
    "connectors.payments.stripe": {"webhook_secrets": [SIGNED_WITH]},
    "connectors.payments.soap_gateway": {"merchant_id": "MADEUP", "zone": "Europe/Paris"},
    "connectors.inventory.legacy_sql": {
        "driver": "postgresql",
        "host": "vendor.test",
        "user": "strata",
        "password": "made-up-password",
        "locations": ["MAIN"],
        "writable": True,
    },
    "connectors.inventory.nightly_file": {
        "url": "sftp://vendor.test/",
        "user": "strata",
        "password": "made-up-password",
        "known_hosts": f"vendor.test ssh-ed25519 {'A' * 68}",
    },
}
"""Options by vendor, where a made-up text does not do."""


def speaks_http(module: ModuleType) -> bool:
    """Whether a vendor is reached by a Sender; the others have bad days of their own kinds."""
    return issubclass(module.Options, HttpOptions)


def made_up_options(module: ModuleType) -> dict[str, Any]:
    """Acceptable options: the URL, and some text for whatever else has no default."""
    needed = {
        name: f"made-up-{name}"
        for name, option in module.Options.model_fields.items()
        if option.get_default(call_default_factory=True) is PydanticUndefined
    }
    url = {"url": URL} if speaks_http(module) else {}
    return needed | url | FITTING.get(module.__name__, {})


def capability_of(vendor: str) -> str:
    return vendor.split(".")[1]


@cache
def examples() -> dict[str, ModuleType]:
    """By capability, what those made by `strata new` bring for the suites of all vendors: CALLS of
    their port, and the `stand` of the vendor they began with."""
    modules = {name: f"tests.connectors.{name}.examples" for name in PORTS}
    found = {name for name, module in modules.items() if importlib.util.find_spec(module)}
    return {name: importlib.import_module(modules[name]) for name in sorted(found)}
