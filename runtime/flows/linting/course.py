"""What a flow is going to do, for those who ask what comes next: its steps, and whom each calls."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from runtime.calls.client import ApiClient
from runtime.flows.flow import Flow
from runtime.flows.linting.effects import operations, reached
from runtime.flows.linting.events import Step
from runtime.flows.linting.paths import AS_TOLD, paths


class Planned(NamedTuple):
    name: str
    peers: tuple[str, ...]
    """The APIs it calls, e.g. `system/erp`."""
    undoable: bool


@cache
def course(flow: Flow[Any, Any]) -> tuple[Planned, ...]:
    """The longest way through it, in its order; steps whose names only a run could tell are left out."""
    ways, _ = paths(flow.function, AS_TOLD)
    longest = max(ways, key=len, default=())
    steps = [it for it in longest if isinstance(it, Step) and it.fixed]
    return tuple(Planned(it.name or "", _peers(it.do), it.owes) for it in steps)


def _peers(do: Callable[..., Any] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_clients(do))) if do else ()


def _clients(do: Callable[..., Any]) -> Iterator[str]:
    if isinstance(client := getattr(do, "__self__", None), ApiClient):
        yield client.api.rsplit("/", 1)[0]
        return
    for source in reached(do):
        for node, _ in operations(source):
            client = source.meaning(node.value)
            yield client.api.rsplit("/", 1)[0]
