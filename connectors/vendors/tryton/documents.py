"""Documents (orders, shipments) are moved by buttons; where they are is read, never assumed."""

from collections.abc import Awaitable, Callable, Mapping, Sized
from typing import Protocol, TypeVar

from connectors.vendors.tryton.errors import Refused
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Values, View
from runtime.problems import Missing, Unavailable


class Document(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def state(self) -> str: ...


D = TypeVar("D", bound=Document)

Route = Mapping[str, str]
"""The button to press in each state; in any other the document has arrived, or cannot get there."""


async def made(
    tryton: Session, model: str, values: Values, find: Callable[[], Awaitable[Sized]]
) -> int | None:
    """Create. An error counts only if afterwards `find` finds nothing; else the id is not known.

    Another may have been faster, where something is unique, or the answer was lost.
    """
    try:
        return await tryton.create(model, values)
    except (Refused, Unavailable):
        if not await find():
            raise
    return None


async def moved(tryton: Session, view: View[D], document: D, route: Route) -> D:
    """The document after all buttons of the route, as it then is."""
    for _ in route:  # each at most once: two callers may pull in opposite directions
        if (button := route.get(document.state)) is None:
            break
        document = await pressed(tryton, view, document, button)
    return document


async def pressed(tryton: Session, view: View[D], document: D, button: str) -> D:
    """The document as it is now. An error counts only if its state has not changed."""
    error = None
    try:
        await tryton.press(view.model, button, [document.id])
    except (Refused, Unavailable) as raised:
        error = raised
    now = await tryton.find(view, [["id", "=", document.id]])
    if not now:
        raise error or Missing("the document was deleted meanwhile")
    if error is not None and now[0].state == document.state:
        raise error
    return now[0]
