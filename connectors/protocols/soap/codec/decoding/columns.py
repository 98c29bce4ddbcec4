"""Runs of flat records, field by field: the lines of an order, the rows of a list.

Most of what it costs to read a tree is a Python object per element. Here libxml2 hands out texts
alone, of all records in one go. That they belong to the records in their order is sure: in what was
judged a field occurs once at most in a record, and its text is one node. So where texts of a field
are as many as records, each has its own; and so have all fields, where all records have the same
fields and there are as many texts as both together.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.decoding.leaves import leaf, no_value
from connectors.protocols.soap.codec.shapes import Element, Simple
from connectors.protocols.soap.codec.texts.parsing import FAST
from connectors.protocols.soap.codec.texts.simple import parser

ABSENT: Any = object()
"""In a column: the record does not have the field."""


class Column(NamedTuple):
    key: str
    values: Iterable[Any]
    """Of all records, in their order."""
    is_whole: bool
    """Whether none is ABSENT."""


class Columns:
    """The fields of the records named `record`."""

    def __init__(
        self, record: str, parts: list[Element], loose: Collection[str], *, in_order: bool
    ) -> None:
        """`loose`: keys of fields that a group around them may leave out. `in_order`: whether the
        fields of a record have the order of `parts`."""
        step = _step("r", record)
        self._in_order = in_order
        self._number: Any = _ask(f"count({step})", record)
        self._texts: Any = _ask(f"{step}/*/text()", record)
        self.have_attributes: Any = _ask(f"boolean({step}/@*)", record)
        self._fields = [
            Field(record, part, required=part.min > 0 and part.key not in loose) for part in parts
        ]

    def number(self, parent: etree._Element) -> int:
        """How many records there are."""
        return int(self._number(parent))

    def read(self, parent: etree._Element, number: int) -> Iterator[Column]:
        counted = [(f, number if f.is_required else int(f.count(parent))) for f in self._fields]
        fields = [field for field, count in counted if count]
        if self._in_order and all(count in (0, number) for _, count in counted):
            texts = self._texts(parent)
            if len(texts) == number * len(fields):
                for first, field in enumerate(fields):
                    yield Column(field.key, field.parse(texts[first :: len(fields)]), True)
                return
        for field in fields:
            texts = field.texts(parent)
            if len(texts) == number:
                yield Column(field.key, field.parse(texts), True)
            else:
                yield Column(field.key, field.one_by_one(parent), False)


class Field:
    def __init__(self, record: str, part: Element, *, required: bool) -> None:
        path = f"{_step('r', record)}/{_step('f', part.name)}"
        self.key = part.key
        self.is_required = required
        self.texts: Any = _ask(f"{path}/text()", record, part.name)
        self.count: Any = _ask(f"count({path})", record, part.name)
        self.parse = _parse_all(part)
        self._record = record
        self._part = part

    def one_by_one(self, parent: etree._Element) -> Iterable[Any]:
        """The values where some are absent, empty or nil."""
        part = self._part
        assert isinstance(part.type, Simple)  # noqa: S101 # flat records have no others
        read = leaf(part, part.type)
        for record in parent.iterchildren(self._record):
            child = next(record.iterchildren(part.name), None)
            try:
                yield ABSENT if child is None else read(child)
            except (ValueError, ArithmeticError) as error:
                raise no_value(part.name) from error


@lru_cache(maxsize=4096)
def rows_of(keys: tuple[str, ...]) -> Callable[[list[Iterable[Any]]], list[dict[str, Any]]]:
    """What makes rows of whole columns: a function with the keys written into it, which makes each
    row at once, in half the time it takes to fill them one value after the other."""
    names_ = [f"v{number}" for number in range(len(keys))]
    pairs = ", ".join(f"{key!r}: {name}" for key, name in zip(keys, names_, strict=True))
    source = (
        f"lambda columns: [{{{pairs}}} for ({', '.join(names_)},) in zip(*columns, strict=True)]"
    )
    made: Any = eval(source) if keys else lambda _: []  # noqa: S307 # keys are written as literals
    rows: Callable[[list[Iterable[Any]]], list[dict[str, Any]]] = made
    return rows


def _parse_all(part: Element) -> Callable[[list[str]], Iterable[Any]]:
    assert isinstance(part.type, Simple)  # noqa: S101 # flat records have no others
    parse = parser(part.type)
    fast = None if part.type.item or part.type.members else FAST.get(part.type.kind)
    if parse is None:
        return lambda texts: texts

    def parse_all(texts: list[str]) -> Iterable[Any]:
        if fast is not None:
            # What fails has white space around it, or is midnight as 24:00, or has no value.
            with suppress(ValueError, LookupError, ArithmeticError):
                return list(map(fast, texts))
        try:
            return [parse(text) for text in texts]
        except (ValueError, ArithmeticError) as error:
            raise no_value(part.name) from error

    return parse_all


def _ask(path: str, record: str, part: str = "") -> Any:
    spaces = {"r": names.namespace(record), "f": names.namespace(part)}
    known = {prefix: space for prefix, space in spaces.items() if space}
    return etree.XPath(path, namespaces=known, smart_strings=False, regexp=False)


def _step(prefix: str, tag: str) -> str:
    return f"{prefix}:{names.local(tag)}" if tag.startswith("{") else tag
