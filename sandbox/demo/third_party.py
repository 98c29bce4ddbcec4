"""Tryton (ERP and stock) and localstripe behind the platform; the CRM stays a simulated one."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sandbox.demo.books import Holdings
from sandbox.demo.child import Child, Watch
from sandbox.demo.localstripe import Till
from sandbox.demo.simulated import PATIENCE, listed
from sandbox.demo.tryton import TrytonBooks

RUNNING = "STRATA_REAL_BACKENDS"
"""The line `python -m sandbox.real` printed, to use backends that run already."""


class ThirdParty:
    declining_card = "pm_card_chargeCustomerFail"

    def __init__(self, addresses: dict[str, Any], crm: str, children: list[Child]) -> None:
        self._books = TrytonBooks(addresses["tryton"])
        self._till = Till(addresses["stripe"])
        self._children = children
        self.free = self._books.free
        self.fall_silent, self.silent = self._till.fall_silent, self._till.silent
        self.mend, self.close = self._till.proxy.mend, self._till.proxy.close
        self.pages = {
            "Tryton": addresses["tryton"]["url"],
            "localstripe": addresses["stripe"]["url"],
        }
        self.settings = settings(addresses, crm, self._till.proxy.url)

    def holdings(self, order_id: str) -> Holdings:
        return Holdings(
            self._books.orders(order_id),
            self._books.holds(order_id),
            self._till.payments(order_id),
        )

    def check(self) -> None:
        for child in self._children:
            child.check()


@contextmanager
def third_party(folder: Path, ports: Mapping[str, int], watch: Watch) -> Iterator[ThirdParty]:
    """On these ports: `tryton`, `stripe`, `crm` (0: any free one)."""
    with ExitStack() as stack:

        def start(name: str, *command: str) -> Child:
            return stack.enter_context(Child(folder / f"{name}.log", *command))

        sandbox = start("sandbox", "sandbox", "--ports", listed(ports), "--only", "crm")
        children = [sandbox]
        if RUNNING in os.environ:
            addresses = json.loads(os.environ[RUNNING])
        else:
            booter = start(
                "backends", "sandbox.real", "--ports", f"{ports['tryton']},{ports['stripe']}"
            )
            children.append(booter)
            addresses = booter.announced(watch)
        real = ThirdParty(addresses, sandbox.announced(watch)["crm"], children)
        stack.callback(real.close)
        yield real


def settings(addresses: dict[str, Any], crm: str, payments: str) -> dict[str, Any]:
    return {
        "erp": {"vendor": "tryton", **addresses["tryton"]},
        "inventory": {"vendor": "tryton", **addresses["tryton"]},
        "payments": {
            "url": payments,
            "api_key": addresses["stripe"]["api_key"],
            "dialect": "localstripe",
            "timeout_seconds": PATIENCE,
        },
        "crm": {"url": crm},
    }
