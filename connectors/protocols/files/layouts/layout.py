"""The words to declare a file with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connectors.protocols.files.layouts.faults import Fault
from connectors.protocols.files.layouts.kinds import Kind, Text, Value

Encoding = Literal[
    "utf-8", "ascii", "latin-1", "cp1252", "cp850", "cp037", "cp273", "cp500", "cp1140"
]
"""The last four are EBCDIC: US, German, international, US with the euro sign."""


TEXT = Text()


@dataclass(frozen=True, slots=True)
class Field:
    """`at` (from 1) and `width` in fixed widths; `column`, its name in CSV or JSON, if not `name`."""

    name: str
    kind: Kind = TEXT
    at: int = 0
    width: int = 0
    column: str = ""
    required: bool = True
    strip: bool = True
    blanks: tuple[str, ...] = ("",)
    """What stands for no value, such as `00000000` in a date."""

    @property
    def heading(self) -> str:
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class Record:
    """One type of line. `starts` is how each of them begins, where there are several types."""

    name: str
    fields: tuple[Field, ...]
    starts: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A field of the trailer says how many records of a type there are, or the sum of a field."""

    field: str
    of: str
    sum: str = ""


@dataclass(frozen=True, slots=True)
class FixedWidth:
    """Records of `length` characters; of exactly as many bytes and without line ends if `unbroken`."""

    length: int
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Csv:
    """RFC 4180. Without `headings` the fields stand in the order of the record."""

    delimiter: str = ","
    headings: bool = True
    extra: Literal["refuse", "ignore"] = "refuse"
    """Columns that no field is declared for."""


@dataclass(frozen=True, slots=True)
class JsonLines:
    extra: Literal["refuse", "ignore"] = "refuse"
    """Members that no field is declared for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`longest` caps one record, in bytes; beyond it the file is unfit.

    Raises ValueError for one that cannot be meant.
    """

    format: FixedWidth | Csv | JsonLines
    records: tuple[Record, ...]
    encoding: Encoding = "utf-8"
    header: Record | None = None
    trailer: Record | None = None
    totals: tuple[Total, ...] = ()
    line_end: str = "\n"
    longest: int = 64 * 1024

    def __post_init__(self) -> None:
        ends = [record for record in (self.header, self.trailer) if record is not None]
        if not all(record.starts for record in ends):
            raise ValueError("a header and a trailer are known by how they start")
        if isinstance(self.format, FixedWidth):
            for field in (field for record in self.types() for field in record.fields):
                if not 1 <= field.at <= field.at + field.width - 1 <= self.format.length:
                    raise ValueError(f"{field.name} lies outside of the record")
        told = {field.name for field in self.trailer.fields} if self.trailer else set()
        if missing := {total.field for total in self.totals} - told:
            raise ValueError(f"the trailer has no {missing.pop()}")

    def types(self) -> tuple[Record, ...]:
        """Those told apart by how they start come first; one that takes any line comes last."""
        declared = (*filter(None, (self.header, self.trailer)), *self.records)
        return tuple(sorted(declared, key=lambda record: -len(record.starts)))


@dataclass(frozen=True, slots=True)
class Row:
    """`line` counts records from 1, in CSV lines."""

    line: int
    record: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that is not a row. `values` are those of its fields that could be read."""

    line: int
    record: str
    faults: tuple[Fault, ...]
    raw: bytes
    values: Mapping[str, Value]
