"""From nothing to two running backends."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.real import localstripe, tryton
from sandbox.real.children import Child, listen
from sandbox.real.environment import environment
from sandbox.real.progress import stage
from sandbox.real.template import template


@dataclass(frozen=True)
class Backends:
    addresses: dict[str, Any]
    children: list[Child]

    def check(self) -> None:
        """Raise if one of them has ended."""
        for child in self.children:
            child.check()


@contextmanager
def booted(ports: tuple[int, int], cache: Path, data: Path | None) -> Iterator[Backends]:
    with ExitStack() as stack:
        # The ports first: a taken one is not to be found out after a minute of building.
        shop, till = (stack.enter_context(listen(port)) for port in ports)
        shop_port, till_port = shop.getsockname()[1], till.getsockname()[1]
        stripe_home = environment("localstripe", cache)
        tryton_home = environment("tryton", cache)
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="strata-")))
        folder.mkdir(parents=True, exist_ok=True)
        access = tryton.copy(template(tryton_home, cache), folder)
        with stage("start"):
            till_server = stack.enter_context(localstripe.serve(stripe_home, folder, till))
            shop_server = stack.enter_context(tryton.serve(tryton_home, folder, shop))
            localstripe.wait_until_ready(till_port, till_server)
            tryton.wait_until_ready(shop_port, shop_server)
        yield Backends(
            {
                "tryton": {"url": _url(shop_port), "database": tryton.DATABASE, **access},
                "stripe": {"url": _url(till_port), "api_key": localstripe.API_KEY},
            },
            [shop_server, till_server],
        )


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
