"""What is told of a flow is what the engine does."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from runtime.flows.flow import flow
from runtime.flows.limits import Limits, RetryPolicy
from runtime.flows.linting.explaining import CannotBeExplained, Explained, Undone, When, explain
from runtime.flows.linting.wording import text
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Problem, Rejected, Unavailable
from tests.runtime.flows.engines import ended, engine
from tests.runtime.flows.linting import wrong
from tests.runtime.flows.linting.booking import FAILURES, book
from tests.runtime.flows.linting.test_paths import a, b, c

BOOK = explain(book)
OWING = [step for step in BOOK if any(step.undone)]


@flow("forked")
async def forked(it: str, saga: Saga) -> None:
    if it:
        await saga.step(a)
        await saga.step(a, name="a again")
    else:
        await saga.step(b)
    await saga.step(c)


@flow("either")
async def either(it: str, saga: Saga) -> None:
    if it:
        await saga.step(a, undo=b)
    await saga.step(c, undo=c)


@pytest.fixture(autouse=True)
def failures() -> Iterator[dict[str, Problem]]:
    FAILURES.clear()
    yield FAILURES
    FAILURES.clear()


async def ran(journal: Path) -> Run:
    with capture_logs():
        async with engine(journal, book) as flows:
            return await ended(flows, book, "rome")


def as_told(name: str) -> str:
    """`hold_seat there` and `hold_seat back` are one step of the flow's text."""
    return "hold_seat {leg}" if name.startswith("hold_seat ") else name


def undone(run: Run) -> list[str]:
    done = (
        as_told(step.name) for step in run.steps if step.kind == "undo" and step.outcome == "ok"
    )
    return [name for name, _ in groupby(done)]


def ending(step: Explained, when: When) -> str:
    return next(case.ends for case in step.cases if case.when == when)


def of(step: Explained) -> str:
    """The function's name."""
    return step.name.split()[0]


@pytest.mark.parametrize("step", BOOK, ids=of)
async def test_a_refused_step_ends_as_told(step: Explained, journal: Path) -> None:
    FAILURES[of(step)] = Rejected("no")
    run = await ran(journal)
    assert run.status == ending(step, "refused")
    assert undone(run) == [it.step for it in step.undone[0]]


@pytest.mark.parametrize("step", BOOK, ids=of)
async def test_a_step_without_an_answer_ends_as_told(step: Explained, journal: Path) -> None:
    FAILURES[of(step)] = Unavailable("not now", retry_after=0)
    run = await ran(journal)
    assert run.status == ending(step, "unavailable")
    assert undone(run) == [it.step for it in step.undone[0]]
    attempts = next(it.attempts for it in run.steps if it.outcome != "ok")
    assert (attempts > 1) == any(c.when == "unavailable" and c.seconds for c in step.cases)


@pytest.mark.parametrize("step", OWING, ids=of)
async def test_an_undo_that_fails_ends_as_told(step: Explained, journal: Path) -> None:
    first, *others = step.undone[0]
    FAILURES.update({of(step): Rejected("no"), first.by: Rejected("no")})
    run = await ran(journal)
    assert run.status == ending(step, "undo-fails") == "stuck"
    assert undone(run) == [it.step for it in others]


def test_steps_are_told_by_kind_in_their_order() -> None:
    assert [(step.name, step.kind, step.undo) for step in BOOK] == [
        ("look_up", "reads", None),
        ("hold_seat {leg}", "compensable", "free_seat"),
        ("hold_car", "compensable", "free_car"),
        ("hold_room", "compensable", "free_room"),
        ("charge", "pivot", None),
        ("send_tickets", "retriable", None),
    ]


def test_steps_side_by_side_are_owed_together() -> None:
    seats = Undone("hold_seat {leg}", "free_seat")
    both = (Undone("hold_room", "free_room"), Undone("hold_car", "free_car"), seats)
    assert [step.undone for step in BOOK if step.name in {"hold_car", "hold_room"}] == [(both,)] * 2


def test_a_step_that_is_reached_in_two_ways_tells_both() -> None:
    last = explain(either)[-1]
    assert last.undone == ((Undone("c", "c"), Undone("a", "b")), (Undone("c", "c"),))
    assert "or, another way" in text("either", [last])


def test_branches_are_told_in_the_order_of_the_flow() -> None:
    assert [step.name for step in explain(forked)] == ["a", "a again", "b", "c"]


def test_what_cannot_be_seen_is_not_explained() -> None:
    with pytest.raises(CannotBeExplained, match=r"wrong.py:\d+: unseen"):
        explain(wrong.hidden)


def test_how_long_it_is_tried_comes_from_the_limits() -> None:
    two_minutes = RetryPolicy(give_up_after=120.0)
    limits = Limits(forward=two_minutes)
    told = text("book", explain(book, limits), limits)
    assert "repeated for 2 min" in told
    assert "repeated for 60 min" in told  # an undo
