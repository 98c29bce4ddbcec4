"""Values as JSON text, and back as the type a function declares."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any, Generic, TypeVar, get_type_hints

import orjson
from pydantic import TypeAdapter

T = TypeVar("T")


class Shape(Generic[T]):
    """One declared type: a pydantic model, a JSON value or None."""

    def __init__(self, declared: Any) -> None:
        self.nothing = declared is type(None)
        self._adapter: TypeAdapter[T] = TypeAdapter(declared)

    def dump(self, value: T) -> str:
        """JSON text. Raises PydanticSerializationError for a value that is not of this type."""
        return self._adapter.dump_json(
            value, by_alias=True, round_trip=True, warnings="error"
        ).decode()

    def load(self, text: str) -> T:
        """Raises ValidationError."""
        return self._adapter.validate_json(text)

    def fingerprint(self, value: T) -> str:
        """Equal for equal values, in whatever order; an absent member equals a null one."""
        plain = self._adapter.dump_python(value, mode="json", by_alias=True, exclude_none=True)
        return sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


@cache
def hints(function: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(function, include_extras=True)


def result_shape(function: Callable[..., Any]) -> Shape[Any]:
    """The shape of what `function` returns. Raises TypeError when it does not say."""
    return _returned(getattr(function, "__func__", function))


@cache
def _returned(function: Callable[..., Any]) -> Shape[Any]:
    if "return" not in (known := hints(function)):
        raise TypeError(f"{function!r} has no return annotation to restore its result by")
    return Shape(known["return"])
