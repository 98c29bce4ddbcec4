"""From rows to bytes, by the layout that would read them; the trailer's totals are worked out here."""

import csv
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from io import StringIO

from connectors.protocols.files.layouts.kinds import Value, Word
from connectors.protocols.files.layouts.layout import (
    Csv,
    Field,
    FixedWidth,
    Layout,
    Record,
    Total,
)

Values = Mapping[str, Value]


def rendered(
    layout: Layout, rows: Iterable[tuple[str, Values]], *, header: Values | None = None
) -> bytes:
    """Rows as record name and values. Raises ValueError for what the layout cannot carry."""
    rows = list(rows)
    types = {record.name: record for record in layout.records}
    lines = [_headings(layout.format, layout.records[0])] if _names_columns(layout) else []
    if layout.header is not None:
        lines.append(_line(layout, layout.header, header or {}))
    lines += [_line(layout, types[name], values) for name, values in rows]
    if layout.trailer is not None:
        totals = {total.field: _total(total, rows) for total in layout.totals}
        lines.append(_line(layout, layout.trailer, totals))
    end = "" if isinstance(form := layout.format, FixedWidth) and form.unbroken else layout.line_end
    return "".join(line + end for line in lines).encode(layout.encoding)


def _total(total: Total, rows: list[tuple[str, Values]]) -> Value:
    mine = [values for name, values in rows if name == total.of]
    if not total.sum:
        return len(mine)
    found = [values[total.sum] for values in mine]
    return sum((Decimal(v) for v in found if isinstance(v, int | Decimal)), Decimal(0))


def _names_columns(layout: Layout) -> bool:
    return isinstance(layout.format, Csv) and layout.format.headings


def _headings(form: object, record: Record) -> str:
    delimiter = form.delimiter if isinstance(form, Csv) else ","
    return _csv([field.heading for field in record.fields], delimiter)


def _line(layout: Layout, record: Record, values: Values) -> str:
    form = layout.format
    cells = {field.name: _text(field, values.get(field.name)) for field in record.fields}
    if isinstance(form, FixedWidth):
        return _fixed(form, record, cells)
    if isinstance(form, Csv):
        return _csv([cells[field.name] for field in record.fields], form.delimiter)
    return _json(record, values, cells)


def _text(field: Field, value: Value) -> str:
    if value is None and not isinstance(field.kind, Word):
        if field.required:
            raise ValueError(f"{field.name} is needed")
        return field.blanks[0]
    return field.kind.write(value)


def _fixed(form: FixedWidth, record: Record, cells: Mapping[str, str]) -> str:
    line = list(record.starts.ljust(form.length))
    for field in record.fields:
        text = cells[field.name]
        if len(text) > field.width:
            raise ValueError(f"{field.name} is longer than {field.width} characters")
        is_number = field.kind.fill == "0" and text not in field.blanks
        filled = text.zfill(field.width) if is_number else text
        line[field.at - 1 : field.at - 1 + field.width] = filled.ljust(field.width)
    return "".join(line)


def _csv(cells: list[str], delimiter: str) -> str:
    out = StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def _json(record: Record, values: Values, cells: Mapping[str, str]) -> str:
    """Numbers that count are JSON numbers; decimals are text, lest a reader makes floats of them."""
    told = {
        field.heading: value if isinstance(value := values.get(field.name), int) else text
        for field in record.fields
        if (text := cells[field.name]) or field.required
    }
    return json.dumps(told, ensure_ascii=False)
