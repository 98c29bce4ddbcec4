"""How a piece of code may end, with what was come by until then."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import product

from runtime.flows.linting.events import Path

MOST = 2000
"""Paths through one flow: more would take long to judge, and nobody could follow them."""


class TooManyPaths(Exception):
    """The flow branches too often to be judged."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Each a set in the order of the source: two ways that come by the same are one."""

    on: tuple[Path, ...] = ()
    returned: tuple[Path, ...] = ()
    raised: tuple[Path, ...] = ()
    broken: tuple[Path, ...] = ()
    continued: tuple[Path, ...] = ()

    def then(self, after: "Ends") -> "Ends":
        """What follows where this one goes on."""
        return Ends(
            _distinct(_joined(self.on, after.on)),
            *(
                _distinct([*here, *_joined(self.on, there)])
                for here, there in zip(self._over(), after._over(), strict=True)
            ),
        )

    def followed(self, after: "Ends") -> "Ends":
        """What follows however this one ends: a `finally`."""
        every = [_distinct(_joined(mine, after.on)) for mine in (self.on, *self._over())]
        left = [_distinct(_joined(self.all(), them)) for them in after._over()]
        return Ends(every[0]) | Ends((), *every[1:]) | Ends((), *left)

    def __or__(self, other: "Ends") -> "Ends":
        """Either of them."""
        pairs = ((getattr(self, it.name), getattr(other, it.name)) for it in fields(self))
        return Ends(*(_distinct([*mine, *its]) for mine, its in pairs))

    def all(self) -> tuple[Path, ...]:
        return _distinct([*self.on, *(path for paths in self._over() for path in paths)])

    def _over(self) -> tuple[tuple[Path, ...], ...]:
        return (self.returned, self.raised, self.broken, self.continued)


NOTHING = Ends(on=((),))


def _joined(first: Iterable[Path], second: Iterable[Path]) -> Iterable[Path]:
    return (one + two for one, two in product(first, second))


def _distinct(paths: Iterable[Path]) -> tuple[Path, ...]:
    found = dict[Path, None]()
    for path in paths:
        found[path] = None
        if len(found) > MOST:
            raise TooManyPaths
    return tuple(found)
