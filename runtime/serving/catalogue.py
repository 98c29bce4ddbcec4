"""Finds the APIs: `process/orders` is the folder process_apis/orders, whose `api.py` holds `api`."""

import importlib
import pkgutil

from runtime.apis.binding import Api
from runtime.layers import MAY_CALL


class UnknownApi(Exception):
    """There is no API of this name; the message lists those there are."""


def names() -> list[str]:
    """Every API there is, e.g. `process/orders`, without importing any."""
    return [
        f"{layer}/{module.name}"
        for layer in MAY_CALL
        for module in pkgutil.iter_modules(importlib.import_module(f"{layer}_apis").__path__)
        if module.ispkg
    ]


def package(name: str) -> str:
    """The Python package of an API: `process/orders` is `process_apis.orders`."""
    layer, api = name.split("/", 1)
    return f"{layer}_apis.{api}"


def load(name: str) -> Api:
    """Import an API. Raises UnknownApi."""
    if name not in names():
        raise UnknownApi(f"there is no API {name!r}; there are {', '.join(names())}")
    api = importlib.import_module(f"{package(name)}.api").api
    if not isinstance(api, Api) or api.contract.api != name:
        raise TypeError(f"{package(name)}.api.api is not the Api of {name}")
    return api
