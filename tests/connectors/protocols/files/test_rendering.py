"""What is written by a layout is read back by it, and what a layout cannot carry is refused."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.protocols.files.layouts.kinds import Day, Flag, Integer, Number, Word
from connectors.protocols.files.layouts.layout import (
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
from connectors.protocols.files.layouts.rendering import rendered

THING = Record(
    "thing",
    (
        Field("type", Word("L"), at=1, width=1),
        Field("name", at=2, width=12),
        Field("count", Integer(), at=14, width=9),
        Field("price", Number(implied=2, overpunched=True), at=23, width=11),
        Field("day", Day("%Y%m%d"), at=34, width=8, required=False, blanks=("", "00000000")),
        Field("new", Flag(), at=42, width=1),
    ),
)
END = Record(
    "end",
    (
        Field("type", Word("T"), at=1, width=1),
        Field("count", Integer(), at=2, width=9),
        Field("sum", Number(implied=2, overpunched=True), at=11, width=15),
    ),
)
TOTALS = (Total("count", "thing"), Total("sum", "thing", "price"))

things = st.fixed_dictionaries(
    {
        "type": st.just("L"),
        "name": st.text("ABCabc09 ,;\"'.-", min_size=1, max_size=12)
        .map(str.strip)
        .filter(lambda name: name != ""),
        "count": st.integers(-(10**7), 10**8),
        "price": st.integers(-(10**10), 10**10).map(lambda cents: Decimal(cents).scaleb(-2)),
        "day": st.none() | st.dates(date(1900, 1, 1), date(2999, 12, 31)),
        "new": st.booleans(),
    }
)

LAYOUTS = {
    "fixed": Layout(FixedWidth(42), (_starting := Record("thing", THING.fields, "L"),)),
    "ebcdic, unbroken, with totals": Layout(
        FixedWidth(42, unbroken=True),
        (Record("thing", THING.fields, "L"),),
        encoding="cp037",
        trailer=Record("end", END.fields, "T"),
        totals=TOTALS,
    ),
    "csv": Layout(Csv(delimiter=";"), (THING,), encoding="latin-1"),
    "json": Layout(JsonLines(), (THING,)),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@given(rows=st.lists(things, max_size=5))
def test_what_is_written_is_read_back(layout: Layout, rows: list[dict[str, Any]]) -> None:
    content = rendered(layout, [("thing", row) for row in rows])

    results = list(read(BytesIO(content), layout))

    assert [r.values for r in results if isinstance(r, Row) and r.record == "thing"] == rows
    assert all(isinstance(result, Row) for result in results)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "longer than it may be"},
        {"price": Decimal("1.001")},
        {"name": None},
        {"name": "日本"},
        {"count": 10**9},
    ],
)
def test_what_a_layout_cannot_carry_is_refused(change: dict[str, Any]) -> None:
    row: dict[str, Any] = {
        "name": "a",
        "count": 1,
        "price": Decimal(1),
        "day": None,
        "new": True,
    } | change

    with pytest.raises(ValueError, match=r"longer|decimals|needed|encode"):
        rendered(LAYOUTS["ebcdic, unbroken, with totals"], [("thing", row)])
