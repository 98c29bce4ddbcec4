"""Who may call whom. Caught in CI by the import contracts, here when an app starts, and at run time
by the audience of the caller's token."""

import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TypeGuard

from runtime.calls.client import ApiClient

MAY_CALL = {
    "experience": frozenset({"process"}),
    "process": frozenset({"process", "system"}),
    "system": frozenset[str](),
}
MAY_USE_CONNECTORS = frozenset({"system"})


class LayerViolation(Exception):
    """An API reaches past its neighbour; the modules and what they reach for are named."""

    def __init__(self, api: str, violations: list[str]) -> None:
        super().__init__("\n  - ".join([f"{api}: layers are crossed", *violations]))
        self.violations = violations


def layer_of(api: str) -> str:
    return api.split("/", 1)[0]


def peers(package: str) -> list[str]:
    """The contracts whose clients a package holds, e.g. `process/orders/v1`."""
    return sorted({client.api for _, client in _clients(package)})


def check(api: str, package: str) -> None:
    """Refuse an API whose modules hold a client or a connector its layer may not reach."""
    layer = layer_of(api)
    violations = [
        f"{module} calls {client.api}: the {layer} layer may call {_names(MAY_CALL[layer])}"
        for module, client in dict.fromkeys(_clients(package))
        if layer_of(client.api) not in MAY_CALL[layer]
    ]
    if layer not in MAY_USE_CONNECTORS:
        violations += [
            f"{module} uses {name}: only System APIs may reach connectors"
            for module, name in dict.fromkeys(_connectors(package))
        ]
    if violations:
        raise LayerViolation(api, violations)


def _names(layers: frozenset[str]) -> str:
    return " and ".join(sorted(layers)) or "no API"


def _modules(package: str) -> Iterator[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        if name == package or name.startswith(f"{package}."):
            yield module


def _clients(package: str) -> Iterator[tuple[str, type[ApiClient]]]:
    for module in _modules(package):
        for value in vars(module).values():
            for held in vars(value).values() if _holds_clients(value) else [value]:
                kind = held if inspect.isclass(held) else type(held)
                if issubclass(kind, ApiClient) and kind is not ApiClient:
                    yield module.__name__, kind


def _holds_clients(value: object) -> TypeGuard[ModuleType]:
    """Whether it is a module of clients: `import contracts.clients.system.erp.v1 as erp`."""
    return inspect.ismodule(value) and value.__name__.startswith("contracts.clients.")


def _connectors(package: str) -> Iterator[tuple[str, str]]:
    for module in _modules(package):
        for value in vars(module).values():
            home = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None)
            if isinstance(home, str) and home.split(".")[0] == "connectors":
                yield module.__name__, home
