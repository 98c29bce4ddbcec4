"""The warehouse's files as data: 80 bytes of EBCDIC to a record, without line ends (quirks 1 and 2)."""

from connectors.protocols.files.layouts.kinds import Flag, Integer, Moment, Number
from connectors.protocols.files.layouts.layout import Field, FixedWidth, Layout, Record, Total

PIECES = Number(implied=3, overpunched=True)
RECORD = FixedWidth(80, unbroken=True)

STOCK = Layout(
    RECORD,
    (
        Record(
            "article",
            (
                Field("sku", at=2, width=20),
                Field("quantity", PIECES, at=22, width=12),
                Field("unit", at=34, width=3),
                Field("is_blocked", Flag({"A": False, "B": True}), at=37, width=1),
            ),
            starts="S",
        ),
        Record(
            "confirmation",
            (
                Field("number", at=2, width=16),
                Field("is_order", Flag({"A": True, "X": False}), at=18, width=1),
                Field("outcome", at=19, width=1),
            ),
            starts="C",
        ),
    ),
    encoding="cp037",
    header=Record(
        "night",
        (Field("made_at", Moment(), at=2, width=14), Field("sequence", Integer(), at=16, width=6)),
        starts="H",
    ),
    trailer=Record(
        "end",
        (
            Field("articles", Integer(), at=2, width=9),
            Field("confirmations", Integer(), at=11, width=9),
            Field("quantities", PIECES, at=20, width=15),
        ),
        starts="T",
    ),
    totals=(
        Total("articles", "article"),
        Total("confirmations", "confirmation"),
        Total("quantities", "article", "quantity"),
    ),
)

ORDER = Layout(
    RECORD,
    (
        Record(
            "line",
            (Field("sku", at=2, width=20), Field("quantity", PIECES, at=22, width=12)),
            starts="L",
        ),
    ),
    encoding="cp037",
    header=Record(
        "order",
        (
            Field("number", at=2, width=16),
            Field("action", at=18, width=1),
            Field("made_at", Moment(), at=19, width=14),
        ),
        starts="H",
    ),
    trailer=Record(
        "end",
        (Field("lines", Integer(), at=2, width=9), Field("quantities", PIECES, at=11, width=15)),
        starts="T",
    ),
    totals=(Total("lines", "line"), Total("quantities", "line", "quantity")),
)
