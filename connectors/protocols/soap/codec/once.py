"""Functions made of types: when first needed, and once, whichever thread needs them first."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar, cast

from connectors.protocols.soap.codec.shapes import Type

F = TypeVar("F", bound=Callable[..., Any])


class Once(Generic[F]):
    def __init__(self, make: Callable[[Any], F]) -> None:
        self._make = make
        self._made: dict[Type, F] = {}
        self._making: set[Type] = set()
        self._lock = RLock()

    def __call__(self, kind: Type) -> F:
        made = self._made.get(kind)
        return self._of(kind) if made is None else made

    def _of(self, kind: Type) -> F:
        with self._lock:
            if kind in self._making:  # it holds itself
                return self._later(kind)
            if kind not in self._made:
                self._making.add(kind)
                try:
                    self._made[kind] = self._make(kind)
                finally:
                    self._making.discard(kind)
            return self._made[kind]

    def _later(self, kind: Type) -> F:
        def later(*given: Any) -> Any:
            return self._made[kind](*given)

        return cast(F, later)
