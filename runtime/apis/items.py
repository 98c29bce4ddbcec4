"""An array of which each item is judged on its own: a bad one is told apart, and the rest goes on.

`x-item-by-item: true` on an array of a request body. The handler gets the body with the good items,
and takes the others as `refused: RefusedItems`. The judge is the one that a body has without it: once
over all that was sent, and again, where items were bad, over what is left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model
from pydantic_core import from_json, to_json

from runtime.apis.bodies import faults, parsed
from runtime.apis.rendering import invalid
from runtime.problems import Rejected

MAX_ERRORS = 10
"""How many faults of one item are named: a body can have thousands of items."""

Faults = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RefusedItem:
    problem: Rejected
    """With pointers into the item."""
    sent: Any
    """As JSON has it."""
    faulty: frozenset[str]
    """Its members with a fault."""

    def good(self, member: str) -> Any:
        """A member that has no fault itself; None when it has, or is not there."""
        known = isinstance(self.sent, dict) and member not in self.faulty
        return self.sent.get(member) if known else None


@dataclass(frozen=True, slots=True)
class RefusedItems(Mapping[int, RefusedItem]):
    """By their place in the array as it was sent."""

    sent: int
    """How many items there were, the good ones too."""
    items_by_place: Mapping[int, RefusedItem]

    def __getitem__(self, place: int) -> RefusedItem:
        return self.items_by_place[place]

    def __iter__(self) -> Iterator[int]:
        return iter(self.items_by_place)

    def __len__(self) -> int:
        return len(self.items_by_place)


class ItemByItem:
    """`member` is the array, in a body of that model."""

    def __init__(self, model: type[BaseModel], member: str) -> None:
        self._member = member
        self._whole: TypeAdapter[Any] = TypeAdapter(model)
        self._rest: TypeAdapter[Any] = TypeAdapter(_of_any_length(model, member))

    def parsed(self, content: bytes) -> tuple[Any, RefusedItems]:
        """Raises Rejected for what is wrong with the body apart from its items."""
        try:
            body = self._whole.validate_json(content, strict=True)
        except ValidationError as error:
            return self._sifted(content, _by_place(faults(error), self._member))
        return body, RefusedItems(len(getattr(body, _field(type(body), self._member))), {})

    def _sifted(self, content: bytes, wrong: Mapping[int, Faults]) -> tuple[Any, RefusedItems]:
        document = from_json(content)
        sent = document[self._member]
        document[self._member] = [it for place, it in enumerate(sent) if place not in wrong]
        refused = {place: _refused(sent[place], found) for place, found in wrong.items()}
        return parsed(self._rest, to_json(document)), RefusedItems(len(sent), refused)


def _of_any_length(model: type[BaseModel], member: str) -> type[BaseModel]:
    """How many items there must be was judged with all of them there."""
    name = _field(model, member)
    kind: Any = model.model_fields[name].annotation
    fields: dict[str, Any] = {name: (kind, Field(alias=member))}
    return create_model(model.__name__, __base__=model, **fields)


def _field(model: type[BaseModel], member: str) -> str:
    known = model.model_fields.items()
    return next(name for name, field in known if member in {name, field.alias})


def _by_place(found: Faults, member: str) -> dict[int, list[Mapping[str, Any]]]:
    """Those of each item, with the place cut off. Raises Rejected when the body has one besides."""
    wrong: dict[int, list[Mapping[str, Any]]] = {}
    besides = []
    for fault in found:
        match fault["loc"]:
            case ("body", str(name), int(place), *path) if name == member:
                wrong.setdefault(place, []).append({**fault, "loc": ("body", *path)})
            case _:
                besides.append(fault)
    if besides:
        raise invalid(besides)
    return wrong


def _refused(sent: Any, found: Faults) -> RefusedItem:
    faulty = frozenset(str(fault["loc"][1]) for fault in found if len(fault["loc"]) > 1)
    return RefusedItem(invalid(found[:MAX_ERRORS]), sent, faulty)
