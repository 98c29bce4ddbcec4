"""From the text of a record to what stands in each of its fields, by format."""

import csv
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn, Protocol

from connectors.protocols.files.layouts.faults import Unfit, Unreadable
from connectors.protocols.files.layouts.layout import Csv, FixedWidth, JsonLines, Layout, Record

Cells = Mapping[str, Any]
"""By field name; text, or what JSON has."""
Numbered = Iterator[tuple[int, bytes]]


class Splitter(Protocol):
    def whole(self, raws: Numbered) -> Numbered:
        """Lines put together to records."""

    def heads(self, text: str) -> bool:
        """Whether this is the line that names the columns."""

    def split(self, text: str, record: Record) -> Cells:
        """Raises Unreadable."""


class FixedSplitter:
    def __init__(self, form: FixedWidth) -> None:
        self._length = form.length

    def whole(self, raws: Numbered) -> Numbered:
        return raws

    def heads(self, _text: str) -> bool:
        return False

    def split(self, text: str, record: Record) -> Cells:
        """Blanks at the end may be missing: editors take them off."""
        if len(text) > self._length:
            raise Unreadable(f"longer than {self._length} characters")
        padded = text.ljust(self._length)
        cells = {f.name: padded[f.at - 1 : f.at - 1 + f.width] for f in record.fields}
        for field in record.fields:
            if field.kind.fill == "0" and _is_cut(cells[field.name]):
                raise Unreadable(f"{field.name} is cut off or out of its place")
        return cells


class CsvSplitter:
    """An open quotation mark takes the following lines with it, as far as a record may reach."""

    def __init__(self, form: Csv, layout: Layout) -> None:
        self._form = form
        self._layout = layout
        self._quote = '"'.encode(layout.encoding)
        self._end = layout.line_end.encode(layout.encoding)
        self._columns: list[str] | None = None
        self._body = {record.name for record in layout.records}

    def whole(self, raws: Numbered) -> Numbered:
        held, first = b"", 0
        for number, raw in raws:
            held, first = (held + self._end + raw, first) if first else (raw, number)
            if len(held) > self._layout.longest:
                raise Unfit(f"a quotation mark opened in line {first} is not closed")
            if held.count(self._quote) % 2 == 0:
                yield first, held
                first = 0
        if first:
            raise Unfit(f"a quotation mark opened in line {first} is not closed")

    def heads(self, text: str) -> bool:
        if not self._form.headings or self._columns is not None:
            return False
        self._columns = [column.strip(" ") for column in self._cells(text)]
        declared = {field.heading for record in self._layout.records for field in record.fields}
        needed = [
            field.heading
            for record in self._layout.records
            for field in record.fields
            if field.required
        ]
        if missing := [column for column in needed if column not in self._columns]:
            raise Unfit(f"there is no column {missing[0]}")
        if len(set(self._columns)) < len(self._columns):
            raise Unfit("two columns have one name")
        if self._form.extra == "refuse" and not declared.issuperset(self._columns):
            raise Unfit("there is a column that is not declared")
        return True

    def split(self, text: str, record: Record) -> Cells:
        cells = self._cells(text)
        if self._columns is None or record.name not in self._body:
            names = [field.name for field in record.fields]
        else:
            by_heading = {field.heading: field.name for field in record.fields}
            names = [by_heading.get(column, "") for column in self._columns]
        if len(cells) != len(names):
            raise Unreadable(f"{len(cells)} columns instead of {len(names)}")
        return {name: cell for name, cell in zip(names, cells, strict=True) if name}

    def _cells(self, text: str) -> list[str]:
        try:
            rows = list(csv.reader([text], delimiter=self._form.delimiter, strict=True))
        except csv.Error:
            raise Unreadable("not CSV: check its quotation marks") from None
        return rows[0] if rows else []


class JsonSplitter:
    def __init__(self, form: JsonLines) -> None:
        self._form = form

    def whole(self, raws: Numbered) -> Numbered:
        return raws

    def heads(self, _text: str) -> bool:
        return False

    def split(self, text: str, record: Record) -> Cells:
        try:
            found = json.loads(
                text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
            )
        except (ValueError, RecursionError):
            raise Unreadable("not JSON") from None
        if not isinstance(found, dict):
            raise Unreadable("not a JSON object")
        by_heading = {field.heading: field.name for field in record.fields}
        if self._form.extra == "refuse" and not by_heading.keys() >= found.keys():
            raise Unreadable("a member that is not declared")
        return {by_heading[key]: value for key, value in found.items() if key in by_heading}


def _is_cut(number: str) -> bool:
    """A number stands at the right: without its last digits it would be a smaller one."""
    return number.endswith(" ") and not number.isspace()


def splitter(layout: Layout) -> Splitter:
    form = layout.format
    if isinstance(form, FixedWidth):
        return FixedSplitter(form)
    return CsvSplitter(form, layout) if isinstance(form, Csv) else JsonSplitter(form)


def _no_number(_text: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice means two things."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a member comes twice")
    return dict(pairs)
