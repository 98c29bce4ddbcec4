"""Everything the story needs, started in the right order and gone at the end."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sandbox.demo.books import Backends
from sandbox.demo.child import Watch
from sandbox.demo.ports import ANY, usual
from sandbox.demo.progress import Starting
from sandbox.demo.serving import Platform
from sandbox.demo.simulated import USED, simulated
from sandbox.demo.third_party import third_party
from sandbox.services import SERVICES

PLATFORM, PLATFORM_PORT = "the platform, all three layers in one process", 8000


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of backends: `about` how many seconds they take to start, and on which ports."""

    title: str
    about: float
    ports: dict[str, int]
    boot: Callable[[Path, dict[str, int], Watch], AbstractContextManager[Backends]]


CHOICES = {
    "sandbox": Choice(
        "simulated ERP, CRM, warehouse and payment provider",
        0.5,
        {name: SERVICES[name].port for name in USED},
        simulated,
    ),
    "real": Choice(
        "Tryton (ERP and stock), localstripe (payments), a simulated CRM",
        20.0,
        {"tryton": 9201, "stripe": 9202, "crm": 9102},
        third_party,
    ),
}


@contextmanager
def staged(
    choice: Choice, console: Console, *, usual_ports: bool
) -> Iterator[tuple[Backends, Platform]]:
    """State and logs are in a directory that is removed at the end."""
    wanted = {PLATFORM: PLATFORM_PORT, **choice.ports}
    ports = usual(wanted, console.print) if usual_ports else dict.fromkeys(wanted, ANY)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="strata-demo-")))
        with Starting(console, {choice.title: choice.about, PLATFORM: 3.0}) as starting:
            with starting.stage(choice.title) as watch:
                backends = stack.enter_context(choice.boot(folder, ports, watch))
            platform = stack.enter_context(Platform(folder, ports[PLATFORM], backends.settings))
            with starting.stage(PLATFORM) as watch:
                platform.start(watch)
        yield backends, platform
