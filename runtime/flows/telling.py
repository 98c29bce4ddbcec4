"""What a run may be told from outside, and when it is too late."""

import orjson
from pydantic_core import to_jsonable_python

from runtime.flows.engine import EventTaken
from runtime.flows.orders import NotUnderWay
from runtime.flows.run import Status


def told(value: object) -> str:
    """As it is kept: equal text for equal values. Raises TypeError for what is null."""
    plain = to_jsonable_python(value, by_alias=True)
    if plain is None:
        raise TypeError("null is what a run gets that waited in vain")
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def is_news(text: str, held: str | None, status: Status) -> bool:
    """Whether there is anything to write down. Raises EventTaken or NotUnderWay."""
    if held is not None and held != text:
        raise EventTaken
    if held is None and status not in {"running", "stuck"}:
        raise NotUnderWay(f"it is {status}")
    return held is None
