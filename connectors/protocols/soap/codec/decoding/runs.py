"""Which children are runs of flat records, and when it pays to read them by columns."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec.decoding.columns import ABSENT, Columns, rows_of
from connectors.protocols.soap.codec.decoding.leaves import SCOPED
from connectors.protocols.soap.codec.obstacles import obstacle
from connectors.protocols.soap.codec.shapes import Complex, Element, Group, Simple, fields

FEW = 40
"""Up to here, walking is cheaper than asking."""

Take = Callable[[etree._Element, dict[str, Any]], Iterable[etree._Element]]
"""Takes the runs among the children of an element to its values, and leaves the other children."""


def runs_of(kind: Complex, tags: Collection[str]) -> Take | None:
    """None where there are none. `tags`: of all children."""
    found = [p for p, _ in fields(kind.content) if isinstance(p, Element) and _may_run(p)]
    if not found:
        return None
    columns: dict[str, Columns] = {}

    def take(element: etree._Element, values: dict[str, Any]) -> Iterable[etree._Element]:
        if not columns:
            columns.update({part.name: _columns(part) for part in found})
        taken = set()
        for part in found:
            if (rows := _rows(columns[part.name], element)) is not None:
                values[part.key] = rows
                taken.add(part.name)
        if not taken:
            return element
        others = [tag for tag in tags if tag not in taken]
        return element.iterchildren(*others) if others else ()

    return take


def _rows(columns: Columns, parent: etree._Element) -> list[dict[str, Any]] | None:
    """None where the records have to be walked: an attribute may be xsi:type, or xsi:nil."""
    number = columns.number(parent)
    if number <= FEW or columns.have_attributes(parent):
        return None
    found = list(columns.read(parent, number))
    whole = [column for column in found if column.is_whole]
    partly = [column for column in found if not column.is_whole]
    rows = rows_of(tuple(column.key for column in whole))([column.values for column in whole])
    rows = rows or [{} for _ in range(number)]
    for column in partly:
        for row, value in zip(rows, column.values, strict=True):
            if value is not ABSENT:
                row[column.key] = value
    return rows


def _columns(element: Element) -> Columns:
    content = element.type.content if isinstance(element.type, Complex) else None
    parts = [part for part, _ in fields(content) if isinstance(part, Element)]
    loose = {part.key for part, loose in fields(content) if loose and part.key}
    return Columns(element.name, parts, loose, in_order=_in_order(content))


def _in_order(content: Group | None) -> bool:
    if content is None or content.kind != "sequence":
        return content is None
    return all(_in_order(part) for part in content.parts if isinstance(part, Group))


def _may_run(element: Element) -> bool:
    """Whether it repeats, and is flat and of one type."""
    kind = element.type
    if not element.many or element.substitutes or not isinstance(kind, Complex):
        return False
    if kind.content is None or kind.mixed or kind.abstract or kind.array_of or kind.text:
        return False
    if any(attribute.default or attribute.fixed for attribute in kind.attributes):
        return False
    return obstacle(kind) is None and all(
        isinstance(part, Element) and _flat(part) for part, _ in fields(kind.content)
    )


def _flat(part: Element) -> bool:
    simple = isinstance(part.type, Simple) and part.type.kind not in SCOPED
    return simple and not part.many and not part.substitutes
