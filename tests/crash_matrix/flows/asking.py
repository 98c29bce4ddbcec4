"""What a flow is tested with: what its callers ask, and by whom it is judged."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from tests.crash_matrix.books import Books


class Known(NamedTuple):
    """The bodies of the answers so far."""

    prepared: Sequence[Any]
    answers: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `client` is a development client of the configuration."""

    method: str
    path: str
    body: Any = None
    client: str = "ada"
    key: str = ""
    under_way: Callable[[int, Any], bool] = lambda status, _body: status == 202
    """Of status and body: whether the caller asks again, as for an answer still to come."""


Ask = Callable[[Known], Asked]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong in any case of a scenario: the `times` next calls of `erp.CreateSalesOrder`."""

    call: str
    kind: str
    times: int = 1


class Control(NamedTuple):
    """What is ordered of a backend's control plane: POST `/_sandbox/<noun>`."""

    backend: str
    noun: str
    order: Any


@dataclass(frozen=True, slots=True)
class Scenario:
    """Which calls are made of the backends, where faults and kills can be, turns out by itself."""

    name: str
    asks: Sequence[Ask]
    prepare: Sequence[Ask] = ()
    """What was done before, in peace."""
    faults: Sequence[Fault] = ()
    controls: Sequence[Control] = ()
    """How its backends are set up, from before anything was done."""


class Judge(Protocol):
    def __call__(self, books: Books, ending: str | None) -> Iterable[str]:
        """What must not be, by the books and by how the run ended (None: it never began)."""
        ...


class Limit(NamedTuple):
    """What a vendor does not let us promise: one violation, of one variant at one call, and why."""

    variant: str
    call: str
    violation: str
    why: str


@dataclass(frozen=True, slots=True)
class Tested:
    """`flow` is the name the flow has in the code."""

    flow: str
    scenarios: dict[str, Scenario]
    judge: Judge
    limits: Sequence[Limit]

    def limit(self, variant: str, call: str, violations: Sequence[str]) -> str:
        """Why what was found had to be expected; empty when it had not."""
        for limit in self.limits:
            if (variant, call, [limit.violation]) == (limit.variant, limit.call, violations):
                return limit.why
        return ""


def entry(flow: str, judge: Judge, *scenarios: Scenario, limits: Sequence[Limit] = ()) -> Tested:
    return Tested(flow, {scenario.name: scenario for scenario in scenarios}, judge, limits)
