"""Tryton's forms of values in JSON, and which of its fields make a thing of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Row = Mapping[str, Any]
"""A record: a field by its name, what a relation leads to by its name and a dot."""

Values = dict[str, Any]
"""What to set on a record."""

Domain = Sequence[Any]
"""A search: clauses `[field, operator, value]`, all of which must hold."""


@dataclass(frozen=True, slots=True)
class View(Generic[T]):
    """The fields read of a model, and what is made of a row of them."""

    model: str
    fields: Sequence[str]
    made_of: Callable[[Row], T]


def decimal(number: Decimal) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": f"{number:f}"}


def number(value: Row) -> Decimal:
    """A Decimal as it is sent to us."""
    return Decimal(value["decimal"])


def whole(quantity: float) -> int:
    """Quantities are floats. Raises ValueError for part of a piece."""
    if quantity != int(quantity):
        raise ValueError("part of a piece")
    return int(quantity)


def day(value: Row) -> date:
    return date(value["year"], value["month"], value["day"])


def on_day(day: date) -> dict[str, Any]:
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


def creating(*records: Values) -> list[Any]:
    """New records of a relation, inside the values of the record they belong to."""
    return ["create", list(records)]


def writing(ids: Sequence[int], values: Values) -> list[Any]:
    return ["write", list(ids), values]
