"""Statements that a vendor's file says once, as constants: a value can never become SQL.

    READ_STOCK = Query(
        "SELECT ITEM_NO, ON_HAND FROM {prefix}STOCKBAL WHERE ITEM_NO IN :items",
        _balance,
        many=("items",),
        padded={"items": 18},
    )

`:items` is bound by the driver. `{prefix}` is the only thing ever put into a text, and the options
let nothing but names through. NULL comes as None; say COALESCE where it means something else.
Write tables and columns in capitals: MySQL takes tables at their word, PostgreSQL folds both.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, LiteralString, TypeVar

T = TypeVar("T")

Row = Mapping[str, Any]
"""Cells by the column's name in small letters, however the database writes it."""


@dataclass(frozen=True, eq=False)
class Statement:
    text: LiteralString
    many: Collection[str] = field(default=(), kw_only=True)
    """Parameters that are lists, for IN."""
    padded: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    """Parameters for columns of CHAR(n): SQLite, unlike the others, does not fill them up."""


@dataclass(frozen=True, eq=False)
class Query(Statement, Generic[T]):
    """What is asked, and how a row of the answer is read: what that trips over is a bad answer."""

    reads: Callable[[Row], T]
    locks: bool = field(default=False, kw_only=True)
    """The rows stay as they are until the transaction ends."""


@dataclass(frozen=True, eq=False)
class Change(Statement):
    """What changes rows and answers with none."""


def padded(value: Any, width: int | None) -> Any:
    """A list is padded element by element. ValueError for what the column could not hold."""
    if width is None or value is None:
        return value
    if isinstance(value, str):
        if len(value) > width:
            raise ValueError(f"longer than CHAR({width})")
        return value.ljust(width)
    return [padded(element, width) for element in value]
