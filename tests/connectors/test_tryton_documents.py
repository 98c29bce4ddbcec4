"""An error of Tryton counts only if the record is not where it should be."""

from dataclasses import dataclass

import pytest

from connectors.vendors.tryton.documents import made, moved
from connectors.vendors.tryton.errors import Refused
from connectors.vendors.tryton.values import View
from runtime.calls.http import Silent
from runtime.problems import Missing, Unavailable
from tests.connectors.scripted_tryton import Answer, ScriptedTryton, error, raises, result
from tests.connectors.test_tryton_session import session

REFUSED = error(["UserError", ["You can not do this.", "", None]])
DONE = result(None)


@dataclass(frozen=True)
class Thing:
    id: int
    state: str


THINGS = View("a.thing", ("state",), lambda row: Thing(row["id"], row["state"]))
DRAFT = Thing(1, "draft")
TO_OPEN = {"draft": "wait", "waiting": "open"}


def found(*states: str) -> Answer:
    return result([{"id": 1, "state": state} for state in states])


def tryton(**answers: list[Answer]) -> ScriptedTryton:
    return ScriptedTryton({"model.a.thing." + name: given for name, given in answers.items()})


async def test_a_route_ends_where_it_has_no_further_button() -> None:
    vendor = tryton(wait=[DONE], open=[DONE], search_read=[found("waiting"), found("open")])

    assert (await moved(session(vendor), THINGS, DRAFT, TO_OPEN)).state == "open"


@pytest.mark.parametrize("failure", [REFUSED, raises(Silent(""))])
async def test_an_error_is_forgotten_once_the_state_has_changed(failure: Answer) -> None:
    vendor = tryton(wait=[failure], search_read=[found("open")])

    assert (await moved(session(vendor), THINGS, DRAFT, TO_OPEN)).state == "open"


@pytest.mark.parametrize(
    ("failure", "raised"), [(REFUSED, Refused), (raises(Silent("")), Unavailable)]
)
async def test_an_error_counts_while_the_state_is_what_it_was(
    failure: Answer, raised: type[Exception]
) -> None:
    vendor = tryton(wait=[failure], search_read=[found("draft")])

    with pytest.raises(raised):
        await moved(session(vendor), THINGS, DRAFT, TO_OPEN)


async def test_a_button_that_does_nothing_is_not_pressed_for_ever() -> None:
    vendor = tryton(wait=[DONE], open=[DONE], search_read=[found("draft")])

    assert (await moved(session(vendor), THINGS, DRAFT, TO_OPEN)).state == "draft"
    assert vendor.called().count("model.a.thing.wait") == len(TO_OPEN)


async def test_what_was_deleted_meanwhile_is_missing() -> None:
    vendor = tryton(wait=[DONE], search_read=[found()])

    with pytest.raises(Missing):
        await moved(session(vendor), THINGS, DRAFT, TO_OPEN)


@pytest.mark.parametrize("failure", [REFUSED, raises(Silent(""))])
async def test_a_create_that_failed_is_none_only_if_nothing_is_there(failure: Answer) -> None:
    shared = session(tryton(create=[failure], search_read=[found("draft"), found()]))

    async def find() -> list[Thing]:
        return await shared.find(THINGS, [])

    assert await made(shared, "a.thing", {}, find) is None
    with pytest.raises((Refused, Unavailable)):
        await made(shared, "a.thing", {}, find)
