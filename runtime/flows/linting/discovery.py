"""The flows there are: those that the APIs open."""

from collections.abc import Iterator, Sequence
from typing import Any

from runtime.flows.flow import Flow
from runtime.flows.opening import FlowsIn
from runtime.serving import catalogue


def flows(apis: Sequence[str] = ()) -> Iterator[Flow[Any, Any]]:
    """Of the named APIs, or of all. Raises UnknownApi, or ContractError for an API that is broken."""
    for name in apis or catalogue.names():
        opens = catalogue.load(name).opens
        if isinstance(opens, FlowsIn):
            yield from opens.flows


class UnknownFlow(Exception):
    """There is no flow of this name; the message lists those there are."""


def named(name: str) -> Flow[Any, Any]:
    """Raises UnknownFlow."""
    there = {flow.name: flow for flow in flows()}
    if name not in there:
        raise UnknownFlow(f"there is no flow {name!r}; there are {', '.join(sorted(there))}")
    return there[name]
