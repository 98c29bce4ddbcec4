"""From bytes to rows: what is wrong with a record is told beside it, with a file by raising Unfit."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.protocols.files.layouts.bytes_in import Source, decoded, raw_records
from connectors.protocols.files.layouts.cells import Splitter, splitter
from connectors.protocols.files.layouts.faults import Fault, Unreadable
from connectors.protocols.files.layouts.kinds import Value
from connectors.protocols.files.layouts.layout import Bad, Field, Layout, Record, Row
from connectors.protocols.files.layouts.shape import Shape


def read(stream: Source, layout: Layout) -> Iterator[Row | Bad]:
    """Header and trailer among them. Raises Unfit, at the latest at the end."""
    split = splitter(layout)
    types, shape = layout.types(), Shape(layout)
    for number, raw in split.whole(raw_records(stream, layout)):
        result = _result(number, raw, layout, types, split)
        if result is not None:
            shape.check(result)
            yield result
    shape.check_end()


def _result(
    number: int, raw: bytes, layout: Layout, types: tuple[Record, ...], split: Splitter
) -> Row | Bad | None:
    """None for the line that names the columns."""
    name = ""
    try:
        text = decoded(raw, layout.encoding)
        record = next((r for r in types if text.startswith(r.starts)), None)
        if record is None:
            raise Unreadable("none of the records that may be here")
        name = record.name
        if record in layout.records and split.heads(text):
            return None
        cells = split.split(text, record)
    except Unreadable as error:
        return Bad(number, name, (Fault("", str(error)),), raw, {})
    values, faults = _values(record, cells)
    return Bad(number, name, faults, raw, values) if faults else Row(number, name, values)


def _values(record: Record, cells: Mapping[str, Any]) -> tuple[dict[str, Value], tuple[Fault, ...]]:
    values: dict[str, Value] = {}
    faults = []
    for field in record.fields:
        try:
            values[field.name] = _value(field, cells.get(field.name))
        except Unreadable as error:
            faults.append(Fault(field.name, str(error)))
    return values, tuple(faults)


def _value(field: Field, cell: Any) -> Value:
    if cell is not None and type(cell) not in (str, *field.kind.takes):
        raise Unreadable("another type of JSON value")
    if isinstance(cell, bool):
        return cell
    text = "" if cell is None else str(cell)
    text = text.strip(" ") if field.strip else text
    if text in field.blanks:
        if field.required:
            raise Unreadable("it is empty")
        return None
    return field.kind.read(text)
