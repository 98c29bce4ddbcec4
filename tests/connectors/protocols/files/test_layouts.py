"""What the bytes of a file mean, and what is refused instead of guessed."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from connectors.protocols.files.layouts.faults import Unfit
from connectors.protocols.files.layouts.kinds import Day, Flag, Integer, Number, Word
from connectors.protocols.files.layouts.layout import (
    Bad,
    Csv,
    Field,
    FixedWidth,
    JsonLines,
    Layout,
    Record,
    Row,
    Total,
)
from connectors.protocols.files.layouts.reading import read

NAMES = Record("name", (Field("name"), Field("town", required=False)))
CSV = Layout(Csv(), (NAMES,))
JSON = Layout(JsonLines(), (NAMES,))

BODY = Record(
    "line", (Field("name", at=2, width=6), Field("qty", Number(implied=2), at=8, width=5)), "L"
)
TRAILER = Record(
    "end",
    (Field("count", Integer(), at=2, width=3), Field("sum", Number(implied=2), at=5, width=7)),
    "T",
)
BANK = Layout(
    FixedWidth(12),
    (BODY,),
    header=Record("start", (Field("day", Day("%Y%m%d"), at=2, width=8),), "H"),
    trailer=TRAILER,
    totals=(Total("count", "line"), Total("sum", "line", "qty")),
)


def results(content: bytes | str, layout: Layout) -> list[Row | Bad]:
    raw = content if isinstance(content, bytes) else content.encode(layout.encoding)
    return list(read(BytesIO(raw), layout))


def rows(content: bytes | str, layout: Layout = CSV) -> list[tuple[Any, ...]]:
    found = results(content, layout)
    assert all(isinstance(row, Row) for row in found), found
    return [tuple(row.values.values()) for row in found]


def reasons(content: bytes | str, layout: Layout = CSV) -> list[tuple[int, str, str]]:
    bad = [row for row in results(content, layout) if isinstance(row, Bad)]
    return [(row.line, fault.field, fault.reason) for row in bad for fault in row.faults]


def unfit(content: bytes | str, layout: Layout = CSV) -> str:
    with pytest.raises(Unfit) as caught:
        results(content, layout)
    return str(caught.value)


def one(kind: Any, text: str) -> Any:
    layout = Layout(Csv(headings=False), (Record("r", (Field("value", kind),)),))
    (result,) = results(f"{text}\n", layout)
    return result.values["value"] if isinstance(result, Row) else result.faults[0].reason


@pytest.mark.parametrize(
    "content",
    [
        "name,town\nAda,Malmö\n",
        "name,town\r\nAda,Malmö\r\n",
        "\ufeffname,town\nAda,Malmö\n",
        "name,town\nAda,Malmö",
        '"name","town"\n"Ada","Malmö"\n',
        "town,name\n\nMalmö,  Ada \n\n",
    ],
    ids=["plain", "CRLF", "BOM", "no last end", "quoted", "other order, blank lines"],
)
def test_csv_as_senders_write_it(content: str) -> None:
    found = results(content, CSV)
    assert [row.values for row in found] == [{"name": "Ada", "town": "Malmö"}]


def test_a_quoted_field_keeps_its_delimiters_quotes_and_line_ends() -> None:
    assert rows('name,town\n"Ada, ""the\r\n first""",Malmö\nBo,\n') == [
        ('Ada, "the\r\n first"', "Malmö"),
        ("Bo", None),
    ]


def test_a_row_of_other_columns_is_bad_and_the_rest_is_read() -> None:
    content = "name,town\nAda\nBo,Lund\nCy,A,B\n"
    assert reasons(content) == [
        (2, "", "1 columns instead of 2"),
        (4, "", "3 columns instead of 2"),
    ]
    assert len(results(content, CSV)) == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('name,town\n"Ada,Malmö\nBo,Lund\n', "a quotation mark opened in line 2 is not closed"),
        ("name,town\n" + "x" * 70_000, "line 2 is longer than 65536 bytes"),
        ('name,town\n"' + "x\n" * 40_000, "a quotation mark opened in line 2 is not closed"),
        ("town\nMalmö\n", "there is no column name"),
        ("name,name\na,b\n", "two columns have one name"),
        ("name,age\na,1\n", "there is a column that is not declared"),
        (
            "name,town\nAda,Malmö\n".encode("utf-16"),
            "it says that it is UTF-16, and utf-8 is declared",
        ),
    ],
)
def test_what_makes_the_whole_of_a_csv_file_unfit(content: bytes | str, reason: str) -> None:
    assert unfit(content) == reason


@pytest.mark.parametrize(
    ("encoding", "written", "reason"),
    [
        ("utf-8", "latin-1", "not utf-8 at byte 9"),
        ("ascii", "utf-8", "not ascii at byte 9"),
        ("latin-1", "utf-8", "it is UTF-8, and not latin-1"),
        ("cp1252", "utf-8", "it is UTF-8, and not cp1252"),
        ("cp850", "utf-8", "it is UTF-8, and not cp850"),
        ("latin-1", "cp1252", "a control character at 10: is it latin-1?"),
    ],
)
def test_another_charset_than_declared_is_told_and_never_guessed(
    encoding: Any, written: str, reason: str
) -> None:
    content = b"name,town\n" + "Ada,Malmö€\n".replace(
        "€", "€" if written == "cp1252" else ""
    ).encode(written)
    assert reasons(content, replace(CSV, encoding=encoding)) == [(2, "", reason)]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "cp850"])
def test_what_is_written_as_declared_is_read(encoding: Any) -> None:
    content = "name,town\nÅsa Öberg,Malmö\n".encode(encoding)
    assert rows(content, replace(CSV, encoding=encoding)) == [("Åsa Öberg", "Malmö")]


def test_json_lines() -> None:
    layout = Layout(
        JsonLines(),
        (Record("r", (Field("price", Number()), Field("count", Integer()), Field("new", Flag()))),),
    )
    assert rows('{"price": 12.10, "count": 3, "new": true}\n', layout) == [
        (Decimal("12.10"), 3, True)
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"name": "Ada"', "not JSON"),
        ('["Ada"]', "not a JSON object"),
        ('{"name": "Ada", "name": "Bo"}', "not JSON"),
        ('{"name": "Ada", "age": 1}', "a member that is not declared"),
        ('{"name": 12}', "another type of JSON value"),
        ('{"name": null}', "it is empty"),
        ('{"town": "Lund"}', "it is empty"),
        ('{"name": NaN}', "not JSON"),
        ('{"name": ' + "[" * 30_000, "not JSON"),
    ],
)
def test_a_json_line_that_is_not_what_was_declared_is_bad(line: str, reason: str) -> None:
    assert [reason for _, _, reason in reasons(line, JSON)] == [reason]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Integer(), "007", 7),
        (Integer(), "1.0", "not a whole number"),
        (Integer(), "٣", "not a whole number"),
        (Number(), "12.10", Decimal("12.10")),
        (Number(), "1e3", "not a number"),
        (Number(), "NaN", "not a number"),
        (Number(point=","), '"12,10"', Decimal("12.10")),
        (Number(point=","), "12.10", "not a number"),
        (Number(implied=3), "0001250", Decimal("1.250")),
        (Number(implied=3, overpunched=True), "0125{", Decimal("1.250")),
        (Number(implied=3, overpunched=True), "0125J", Decimal("-1.251")),
        (Number(implied=3, overpunched=True), "01{5J", "not a zoned number"),
        (Day("%Y%m%d"), "20260229", "not a date of the declared form"),
        (Day("%Y%m%d"), "2026011", "not a date of the declared form"),
        (Day("%Y%m%d"), "20260111", date(2026, 1, 11)),
        (Flag(), "Y", True),
        (Flag(), "y", "not one of the words it may be"),
        (Word("T"), "S", "not the word it has to be"),
    ],
)
def test_a_field_is_its_type_or_a_fault(kind: Any, text: str, value: Any) -> None:
    assert one(kind, text) == value


def bank(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_header_and_trailer_with_control_totals_that_fit() -> None:
    content = bank("H20260701", "LADA   00150", "LBO    00050", "T0020000200")
    found = results(content, BANK)
    assert [row.record for row in found] == ["start", "line", "line", "end"]
    assert found[1].values == {"name": "ADA", "qty": Decimal("1.50")}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["LADA   00150", "T0010000150"], "line 1 is not the header, or a wrong one"),
        (["H20260701", "LADA   00150"], "the trailer is missing: the file is not whole"),
        ([], "the header is missing"),
        (["H20260701", "T0000000000", "LADA   00150"], "line 3 comes after the trailer"),
        (["H20260701", "LADA   00150", "T0020000150"], "the control total count does not fit"),
        (["H20260701", "LADA   00150", "T0010000151"], "the control total sum does not fit"),
        (
            ["H20260701", "LADA   0015X", "T0010000150"],
            "the control total sum cannot be checked: a row is bad",
        ),
        (["H20260701", "H20260701", "T0000000000"], "line 2 is not the header, or a wrong one"),
        (["H20260799", "T0000000000"], "line 1 is not the header, or a wrong one"),
        (["H20260701", "T00000000"], "the trailer, line 2, cannot be read"),
    ],
)
def test_a_file_that_contradicts_itself_is_unfit(lines: list[str], reason: str) -> None:
    assert unfit(bank(*lines), BANK) == reason


@pytest.mark.parametrize("line", ["LADA   001", "LADA   0015 ", "LADA  00150"])
def test_a_number_that_is_cut_off_is_not_a_smaller_one(line: str) -> None:
    layout = replace(BANK, trailer=None, totals=())
    assert [r for _, _, r in reasons(bank("H20260701", line), layout)] == [
        "qty is cut off or out of its place"
    ]


def test_a_bad_row_counts_as_its_sender_counted_it() -> None:
    content = bank("H20260701", "LADA   00150", "L      00050", "T0020000200")
    assert reasons(content, BANK) == [(3, "name", "it is empty")]


def test_ebcdic_without_line_ends() -> None:
    layout = replace(BANK, format=FixedWidth(12, unbroken=True), encoding="cp037")
    content = "".join(
        line.ljust(12) for line in ("H20260701", "LADA   00150", "T0010000150")
    ).encode("cp037")

    assert [row.record for row in results(content, layout)] == ["start", "line", "end"]
    assert unfit(content[:-1], layout) == "record 3 is cut off: the file is not whole"
    assert "not the header" in unfit(content.decode("cp037").encode("ascii"), layout)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"trailer": replace(TRAILER, starts="")}, "known by how they start"),
        ({"format": FixedWidth(10)}, "lies outside of the record"),
        ({"totals": (Total("rows", "line"),)}, "the trailer has no rows"),
    ],
)
def test_a_layout_that_cannot_be_meant_is_refused(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(BANK, **wrong)


class Endless:
    """Fifty megabytes that nobody holds."""

    def __init__(self, lines: int) -> None:
        self._chunks = self._all(lines)
        self._rest = b""

    def _all(self, lines: int) -> Iterator[bytes]:
        yield b"name,town\n"
        for _ in range(lines // 1000):
            yield b"Ada Lindqvist of somewhere,a town of such a length\n" * 1000

    def read(self, _size: int, /) -> bytes:
        return next(self._chunks, b"")


def test_a_large_file_is_read_in_little_memory() -> None:
    tracemalloc.start()
    count = sum(1 for _ in read(Endless(10_000), CSV))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 10_000
    assert peak < 1_000_000
