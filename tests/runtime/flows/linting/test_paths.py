"""Every way through a flow is judged: branches, loops, errors, helpers."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from runtime.flows.linting.events import Step
from runtime.flows.linting.paths import AS_TOLD, paths
from runtime.flows.saga import Saga
from runtime.problems import Missing, Rejected


async def a() -> bool:
    return True


async def b() -> None: ...


async def c() -> None: ...


async def branch(_it: str, saga: Saga) -> None:
    if await saga.step(a):
        await saga.step(b)
    await saga.step(c)


async def leaving(it: str, saga: Saga) -> None:
    await saga.step(a)
    if it == "x":
        return
    if it == "y":
        raise Rejected
    await saga.step(b)


async def loop(legs: list[str], saga: Saga) -> None:
    for leg in legs:
        await saga.step(a, name=leg)
    await saga.step(b)


async def loop_left(legs: list[str], saga: Saga) -> None:
    for leg in legs:
        if leg:
            break
        await saga.step(a, name=leg)
    else:
        await saga.step(b)
    await saga.step(c)


async def caught(_it: str, saga: Saga) -> None:
    try:
        await saga.step(a)
        await saga.step(b)
    except Missing:
        await saga.step(c)


async def caught_together(_it: str, saga: Saga) -> None:
    try:
        await saga.together(saga.step(a), saga.step(b))
    except Missing:
        await saga.step(c)


async def at_last(it: str, saga: Saga) -> None:
    try:
        if it:
            return
        await saga.step(a)
    finally:
        await saga.step(b)


async def matched(it: str, saga: Saga) -> None:
    match it:
        case "x":
            await saga.step(a)
        case "y":
            await saga.step(b)
    with contextlib.nullcontext():
        match it:
            case "x":
                await saga.step(b)
            case _:
                await saga.step(c)


async def helped(it: str, saga: Saga) -> None:
    await helper(saga, await saga.step(a))
    await saga.step(c if it else b, name="c")


async def helper(steps: Saga, go: bool) -> None:
    if go:
        return
    await steps.step(b)


WAYS: dict[Callable[..., Any], set[str]] = {
    branch: {"a b c", "a c"},
    leaving: {"a", "a b"},
    loop: {"b", "leg b", "leg leg b"},
    loop_left: {"b c", "c", "leg c", "leg b c", "leg leg b c"},
    caught: {"a b", "c", "a c", "a b c"},
    caught_together: {"a b", "c", "a b c"},
    at_last: {"b", "a b"},
    matched: {"a b", "a c", "b b", "b c", "b", "c"},
    helped: {"a c", "a b c"},
}


def ways(function: Callable[..., Any]) -> set[str]:
    found, _ = paths(function)
    return {" ".join(it.name or "?" for it in path if isinstance(it, Step)) for path in found}


@pytest.mark.parametrize("function", WAYS, ids=lambda function: function.__name__)
def test_every_way_is_found(function: Callable[..., Any]) -> None:
    assert ways(function) == WAYS[function]


def test_for_people_a_loop_is_gone_through_once() -> None:
    (path,), _ = paths(loop, AS_TOLD)
    assert [it.name for it in path if isinstance(it, Step)] == ["leg", "b"]


async def endless(it: str, saga: Saga) -> None:
    await saga.step(a)
    await endless(it, saga)


async def broad(it: str, saga: Saga) -> None:
    await sixteen(it, saga)
    await sixteen(it, saga)
    await sixteen(it, saga)


async def sixteen(it: str, saga: Saga) -> None:
    await branch(it, saga)
    await branch(it, saga)
    await branch(it, saga)
    await branch(it, saga)


def test_a_flow_that_calls_itself_is_refused() -> None:
    _, unseen = paths(endless)
    assert [it.rule for it in unseen] == ["unseen"]


def test_a_flow_of_too_many_paths_is_refused_and_not_half_judged() -> None:
    found, unseen = paths(broad)
    assert found == ()
    assert "too many paths" in unseen[0].text
