"""Vendors, one file each. Only the System APIs may import this package.

A capability is a folder whose `__init__` holds the port; a vendor is a module in it with two names:
`Options`, the pydantic model of its settings, and `Connector(options, reach)`, the port's
implementation. `protocols/` holds how any vendor is reached, `vendors/` what the connectors of
one vendor share.
"""

import importlib
import importlib.util
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from connectors.reach import Reach
from runtime.apis.binding import Opener, Surroundings
from runtime.resilience.guard import Guard, guarded
from runtime.settings import Settings, SettingsError, faults_at


def connected(capability: str) -> Opener:
    """What a System API opens: the connector of its capability."""

    @asynccontextmanager
    async def opens(around: Surroundings) -> AsyncIterator[Any]:
        reach = Reach(around.network, around.clock, around.settings.data_dir)
        connector = connect(capability, around.settings, reach, around.guards)
        async with aclosing(connector):
            yield connector

    return opens


def connect(capability: str, settings: Settings, reach: Reach, guards: dict[str, Guard]) -> Any:
    """The connector of the vendor that the settings name for a capability, behind its guard.

    Raises SettingsError with the path of the wrong key (`backends.erp.vendor`, `backends.erp.url`).
    """
    backend = settings.backends.get(capability)
    if backend is None:
        raise SettingsError([f"backends.{capability}: no vendor is configured"])
    vendor = _vendor(capability, backend.vendor)
    try:
        options = vendor.Options.model_validate(backend.options())
    except ValidationError as error:
        raise SettingsError(faults_at(f"backends.{capability}", error)) from error
    guard = guarded(guards, capability, backend.vendor, backend.policy)
    return vendor.Connector(options, replace(reach, guard=guard))


def _vendor(capability: str, name: str) -> ModuleType:
    module = f"connectors.{capability}.{name}"
    if not name.isidentifier() or importlib.util.find_spec(module) is None:
        raise SettingsError([f"backends.{capability}.vendor: there is no connector {module}"])
    return importlib.import_module(module)
