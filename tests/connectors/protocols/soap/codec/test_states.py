"""What is absent, empty and nil stays apart, and no value is anything but what the schema says."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.soap.codec.texts.values import Duration, ZonedDate
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.operation import ValuesError
from tests.connectors.protocols.soap.codec.spoken import operation, payload, sent, there_and_back

XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
NIL = f'{XSI} i:nil="true"'


def one(kind: str, attributes: str = "") -> str:
    element = f'<xs:element name="V" type="{kind}" {attributes}/>'
    return f"<xs:sequence>{element}</xs:sequence>"


OPTIONAL = 'minOccurs="0" nillable="true"'
INNER = """<xs:complexType name="Inner"><xs:sequence>
  <xs:element name="In" type="xs:string" minOccurs="0"/></xs:sequence>
  <xs:attribute name="Why" type="xs:string"/></xs:complexType>"""
PLAIN = INNER.replace('<xs:attribute name="Why" type="xs:string"/>', "")


@pytest.mark.parametrize(
    ("kind", "others", "content", "values"),
    [
        ("xs:string", "", "", {}),
        ("xs:string", "", "<V/>", {"V": ""}),
        ("xs:string", "", f"<V {NIL}/>", {"V": None}),
        ("t:Inner", PLAIN, "", {}),
        ("t:Inner", PLAIN, "<V/>", {"V": {}}),
        ("t:Inner", PLAIN, f"<V {NIL}/>", {"V": None}),
        ("t:Inner", PLAIN, "<V><In/></V>", {"V": {"In": ""}}),
        ("t:Inner", INNER, f'<V {NIL} Why="x"/>', {"V": {"xsi:nil": True, "Why": "x"}}),
        ("xs:NMTOKENS", "", f"<V {NIL}/>", {"V": None}),
    ],
)
def test_absent_empty_and_nil_are_three_things(
    tmp_path: Path, kind: str, others: str, content: str, values: dict[str, Any]
) -> None:
    spoken = operation(tmp_path, one(kind, OPTIONAL), others)

    assert spoken.decode(payload(content)) == values
    assert there_and_back(spoken, values) == values


@pytest.mark.parametrize("rows", [3, 30])
def test_they_are_in_each_row_of_a_list_as_well(tmp_path: Path, rows: int) -> None:
    """Long lists are read by other code than short ones."""
    row = f"""<xs:complexType name="Row"><xs:sequence>
      <xs:element name="A" type="xs:string" {OPTIONAL}/>
      <xs:element name="B" type="xs:decimal" {OPTIONAL}/></xs:sequence></xs:complexType>"""
    spoken = operation(tmp_path, one("t:Row", 'maxOccurs="unbounded"'), row)
    three = f"<V><B>1.50</B></V><V><A/><B>2</B></V><V><A {NIL}/><B {NIL}/></V>"
    expected = [{"B": Decimal("1.50")}, {"A": "", "B": Decimal(2)}, {"A": None, "B": None}]

    assert spoken.decode(payload(three * (rows // 3))) == {"V": expected * (rows // 3)}


def test_nothing_is_nil_that_may_not_be(tmp_path: Path) -> None:
    spoken = operation(tmp_path, one("xs:string", 'minOccurs="0"'))

    with pytest.raises(ValuesError, match="V: expected something, not nil"):
        spoken.encode({"V": None})
    with pytest.raises(ReplyError, match="V: expected something, not nil"):
        spoken.decode(payload(f"<V {NIL}/>"))


def test_an_empty_element_has_its_default_and_an_absent_one_has_none(tmp_path: Path) -> None:
    spoken = operation(tmp_path, one("xs:int", 'default="7" minOccurs="0"'))

    assert spoken.decode(payload("<V/>")) == {"V": 7}
    assert spoken.decode(payload("")) == {}


def test_an_absent_attribute_has_its_default(tmp_path: Path) -> None:
    spoken = operation(tmp_path, '<xs:attribute name="A" type="xs:boolean" default="true"/>')

    assert spoken.decode(payload("")) == {"A": True}
    assert not sent(spoken, {}).attrib


ZONE = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("decimal", "1.10", Decimal("1.10")),
        ("decimal", " -1.5\n", Decimal("-1.5")),
        ("decimal", "99999999999999999999.99", Decimal("99999999999999999999.99")),
        ("integer", "99999999999999999999", 99999999999999999999),
        ("double", "-INF", float("-inf")),
        ("boolean", "1", True),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "2024-02-29+02:00", ZonedDate(date(2024, 2, 29), ZONE)),
        ("dateTime", "2024-02-29T24:00:00Z", datetime(2024, 3, 1, tzinfo=UTC)),
        ("dateTime", "2024-02-29T01:02:03.5", datetime(2024, 2, 29, 1, 2, 3, 500000)),  # noqa: DTZ001 # it says no zone
        ("time", "24:00:00", time(0)),
        ("duration", "-P1DT1S", -timedelta(days=1, seconds=1)),
        ("duration", "P1Y1D", Duration(12, timedelta(days=1))),
        ("base64Binary", "QUJD\n QQ==", b"ABCA"),
        ("hexBinary", "0aFF", b"\n\xff"),
        ("string", " two  blanks ", " two  blanks "),
        ("token", " two  blanks ", "two blanks"),
    ],
)
def test_a_value_comes_as_its_kind_and_goes_as_it_came(
    tmp_path: Path, kind: str, text: str, value: Any
) -> None:
    spoken = operation(tmp_path, one(f"xs:{kind}"))

    found = spoken.decode(payload(f"<V>{text}</V>"))["V"]

    assert (type(found), found) == (type(value), value)
    assert getattr(found, "zone", None) == getattr(value, "zone", None)
    assert there_and_back(spoken, {"V": found}) == {"V": value}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("decimal", 1.1),
        ("decimal", True),
        ("decimal", Decimal("NaN")),
        ("decimal", Decimal("1E+99999999")),
        ("int", 1.0),
        ("int", False),
        ("int", "1.0"),
        ("int", "1_000"),
        ("int", "\u00a01"),
        ("boolean", 1),
        ("date", datetime(2024, 1, 1, tzinfo=UTC)),
        ("date", "30.2.2025"),
        ("date", "2025-13-01"),
        ("dateTime", date(2024, 1, 1)),
        ("time", "23:59:60"),
        ("base64Binary", "QUJD"),
        ("string", 1),
        ("string", ["a"]),
        ("string", {"a": 1}),
    ],
)
def test_a_value_of_another_kind_is_refused_and_not_converted(
    tmp_path: Path, kind: str, value: Any
) -> None:
    spoken = operation(tmp_path, one(f"xs:{kind}"))

    with pytest.raises(ValuesError, match=r"^V: expected "):
        spoken.encode({"V": value})


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("int", ("", "x", "1.5", "2147483648", "1_000", "٣")),
        ("decimal", ("", "NaN", "INF", "1e3", "1,5")),
        ("double", ("", "inf", "Infinity", "nan", "0x1")),
        ("boolean", ("", "TRUE", "yes")),
        ("date", ("", "2025-02-30", "30.2.2025", "2025-2-3", "0000-01-01", "1000000000-01-01")),
        ("dateTime", ("", "2016-12-31T23:59:60Z", "2024-01-01", "2024-01-01T25:00:00")),
        ("time", ("", "24:00:01", "12:00")),
        ("duration", ("", "P", "PT", "P1S", f"P{'9' * 30}D", f"PT{'9' * 500_000}S")),
    ],
)
@pytest.mark.parametrize("rows", [1, 20])
def test_a_bad_value_in_an_answer_is_never_none(
    tmp_path: Path, kind: str, texts: tuple[str, ...], rows: int
) -> None:
    content = f"""<xs:sequence><xs:element name="R" maxOccurs="unbounded"><xs:complexType>
      {one(f"xs:{kind}")}</xs:complexType></xs:element></xs:sequence>"""
    spoken = operation(tmp_path, content)

    for text in texts:
        with pytest.raises(ReplyError):
            spoken.decode(payload(f"<R><V>{text}</V></R>" * rows))


def test_the_mapping_of_a_caller_is_not_changed(tmp_path: Path) -> None:
    spoken = operation(tmp_path, one("xs:string", OPTIONAL))
    values: Mapping[str, Any] = {"V": None}

    spoken.encode(values)

    assert values == {"V": None}
