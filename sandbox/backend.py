"""What the shared front needs of a vendor."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sandbox.messages import Json, Reply, Request


class Backend(Protocol):
    @property
    def db(self) -> sqlite3.Connection:
        """Where its whole state is."""

    @property
    def operations(self) -> Sequence[str]:
        """The names faults and the call log use."""

    @property
    def own_faults(self) -> Mapping[str, Callable[[], Reply]]:
        """Fault kinds only this vendor has."""

    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        """Controls only this vendor has, by method and noun; ValueError for a bad order."""

    def operation_of(self, request: Request) -> str:
        """The operation a request means; "unknown" for none."""

    def answer(self, request: Request) -> Reply:
        """Do the work in one transaction and answer."""

    def refuse(self, status: int, message: str) -> Reply:
        """An error outside any operation's business, in this vendor's voice."""

    def state(self) -> Json:
        """The whole business state."""
