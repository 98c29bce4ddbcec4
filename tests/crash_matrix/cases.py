"""Which combinations there are. A case has a name, by which it can be repeated."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tests.crash_matrix.flows import FLOWS
from tests.crash_matrix.kills import MOMENTS, AtWrite, InCall, Kill, read_kill
from tests.crash_matrix.outcome import Outcome
from tests.crash_matrix.variants import VARIANTS


@dataclass(frozen=True, slots=True)
class Case:
    """`call` is where the variant's fault is; `kills` end one life after another."""

    engine: str
    flow: str
    scenario: str
    variant: str
    call: str = ""
    kills: tuple[Kill, ...] = ()

    def __str__(self) -> str:
        where = f"{self.variant} {self.call}".strip()
        kills = ", ".join(map(str, self.kills)) or "not killed"
        return f"{self.engine}: {self.flow}, {self.scenario}: {where}: {kills}"


def read_case(name: str) -> Case:
    """Raises ValueError or KeyError."""
    engine, what, where, kills = name.split(": ")
    flow, scenario = what.split(", ")
    variant, _, call = where.partition(" ")
    _ = FLOWS[flow].scenarios[scenario], VARIANTS[variant]
    read = [] if kills == "not killed" else [read_kill(kill) for kill in kills.split(", ")]
    return Case(engine, flow, scenario, variant, call, tuple(read))


def plain(engine: str, flows: Iterable[str]) -> Iterator[Case]:
    """Each scenario, undisturbed. What comes of them tells which calls there are."""
    for flow in flows:
        for scenario in FLOWS[flow].scenarios:
            for variant in VARIANTS.values():
                if not variant.kind:
                    yield Case(engine, flow, scenario, variant.name)


def disturbed(outcome: Outcome) -> Iterator[Case]:
    """The same as it was, and in each variant at each of its calls."""
    case = read_case(outcome.case)
    yield case
    if case.variant == "normal":
        for variant in VARIANTS.values():
            for call in outcome.calls if variant.kind else ():
                yield replace(case, variant=variant.name, call=call)


def once(outcome: Outcome) -> Iterator[Case]:
    """The same, killed before and after each of its writes, and in its calls."""
    case = read_case(outcome.case)
    for nth in range(1, outcome.writes + 1):
        for moment in MOMENTS:
            yield replace(case, kills=(AtWrite(moment, nth),))
    kind = VARIANTS[case.variant].kind
    for call in outcome.calls if not kind else [case.call] if kind == "delay" else []:
        yield replace(case, kills=(InCall(call),))


def again(outcome: Outcome) -> Iterator[Case]:
    """The same, killed once more at the writes of its recovery, if it was killed at all.

    Every third is enough: what matters is where the recovery stands, and all of its places come up.
    """
    case = read_case(outcome.case)
    turn = case.kills[0].nth if isinstance(case.kills[0], AtWrite) else 0
    for nth in range(1, outcome.writes + 1) if outcome.hits else ():
        if (nth + turn) % 3 == 0:
            yield replace(case, kills=(*case.kills, AtWrite(MOMENTS[turn % 2], nth)))


def sampled(cases: list[Case], size: int | None, seed: int) -> list[Case]:
    """In an order that only the seed decides, lest the last minutes are all of one kind."""
    chosen = sorted(cases, key=str)
    random.Random(seed).shuffle(chosen)  # noqa: S311 - no secret
    return chosen[:size]
