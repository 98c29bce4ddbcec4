"""`@reads`: the one thing about a step that neither its arguments nor its place in the flow say."""

from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_MARK = "__reads__"


def reads(do: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """The step only asks, so there is nothing to undo. `strata flows lint` holds it to that."""
    setattr(do, _MARK, True)
    return do


def only_reads(do: Callable[..., Any]) -> bool:
    return getattr(do, _MARK, False)
