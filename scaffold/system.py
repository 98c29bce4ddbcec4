"""The model between reading and writing: what a system can do, in their names and in ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Place: TypeAlias = Literal["path", "query", "header"]


class Refused(Exception):
    """It cannot be made; every reason is named."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


def refused(reasons: Sequence[str], possible: Sequence[object]) -> Refused:
    """Some operations cannot be made, and these can."""
    hint = f"{len(possible)} of its operations can be made: name each with --only"
    return Refused([*reasons, *([hint] if possible else [])])


@dataclass(frozen=True)
class Leaf:
    """A value that holds no others."""

    schema: Mapping[str, Any]
    """In our contract."""
    example: Any
    """As JSON, in our words."""
    conversion: str = "same"
    """How it is read and said: a row of writing/conversions.py."""
    theirs: Any = None
    """The example in their words: the text in XML, or bytes; JSON says it as `example` does."""
    note: str = ""
    """What the schema in our contract cannot say, for a comment."""


@dataclass(eq=False)
class Record:
    """An object. `members` are filled in after it is made, since records hold each other."""

    name: str
    """Of our schema."""
    members: "list[Member]" = field(default_factory=list)
    doc: str = ""
    sent: bool = False
    """Whether it is part of a request: then it is closed."""
    received: bool = False


@dataclass(frozen=True)
class Listing:
    item: "Shape"
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Table:
    """An object whose names are data."""

    values: "Shape"


Shape: TypeAlias = Leaf | Record | Listing | Table


@dataclass(frozen=True)
class Member:
    name: str
    """Ours, in camelCase."""
    key: str
    """Theirs."""
    shape: Shape
    required: bool = False
    nil: bool = False
    """Whether they have to be told that it is not there."""
    doc: str = ""
    branches: tuple[tuple[int, int], ...] = ()
    """The choices it stands in: which, and in which of its branches."""


@dataclass(frozen=True)
class Parameter:
    member: Member
    place: Place


@dataclass(frozen=True)
class Operation:
    id: str
    """Our operationId."""
    name: str
    """Theirs: what they call it."""
    method: str
    path: str
    """In our contract, with `{camelCase}` parameters."""
    summary: str
    read: bool
    """Whether it changes nothing."""
    parameters: tuple[Parameter, ...] = ()
    body: Record | None = None
    answer: Record | None = None
    description: str = ""
    their_path: str = ""
    """HTTP only: the path as they have it, with our names of the parameters."""
    bare_body: bool = False
    """HTTP only: the body is not an object, so that ours has it as its only member."""
    bare_answer: bool = False
    status: int = 200

    def placed(self, place: Place) -> list[Member]:
        return [p.member for p in self.parameters if p.place == place]


@dataclass(frozen=True)
class System:
    """A System API to be made."""

    name: str
    """A Python package: `loyalty_points`."""
    vendor: str
    title: str
    description: str
    operations: tuple[Operation, ...]
    records: tuple[Record, ...]
    """Each before it is needed first, as far as they do not hold each other."""
    notes: tuple[str, ...] = ()
    """What was left out, for whoever edits the connector."""


def records_of(operations: Sequence[Operation]) -> tuple[Record, ...]:
    """All records in use, marked with the ways they go."""
    found: dict[Record, None] = {}
    for operation in operations:
        _mark(operation.body, found, "sent")
        _mark(operation.answer, found, "received")
    return tuple(found)


def _mark(shape: Shape | None, found: dict[Record, None], way: Literal["sent", "received"]) -> None:
    if isinstance(shape, Listing):
        _mark(shape.item, found, way)
    elif isinstance(shape, Table):
        _mark(shape.values, found, way)
    elif isinstance(shape, Record) and not getattr(shape, way):
        setattr(shape, way, True)
        found.setdefault(shape)
        for member in shape.members:
            _mark(member.shape, found, way)
