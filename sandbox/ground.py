"""What a simulated backend stands on, and what it has to be."""

from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any, ClassVar, Protocol

from sandbox.seed import Seed


@dataclass(frozen=True, slots=True)
class Ground:
    """What a simulated backend stands on."""

    data: Path
    seed: Seed
    stack: ExitStack
    """Closes what it opened."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What the services of one vendor have in common, by its name."""


class Service(Protocol):
    scheme: ClassVar[str]
    """Of the URL it is reached by."""

    def listening(self, sock: socket) -> AbstractAsyncContextManager[None]:
        """It answers on this listening socket, within the block."""
