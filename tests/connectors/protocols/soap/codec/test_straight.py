"""What is read and written by functions made for a type is what it is by name; and what they were
made as can be read."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from connectors.protocols.soap.codec.decoding.runs import FEW
from connectors.protocols.soap.codec.encoding.encoder import Encoder
from connectors.protocols.soap.codec.encoding.escaping import Prefixes
from connectors.protocols.soap.codec.shapes import Complex, Element, Group, Simple
from connectors.protocols.soap.operation import ValuesError
from tests.connectors.protocols.soap.codec.spoken import operation, payload, sent, there_and_back

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f'xmlns:xsi="{XSI}" xsi:nil="true"'
ROW = (
    '<xs:complexType name="Row"><xs:sequence><xs:element name="Sku" type="xs:string"/>'
    '<xs:element name="Left" type="xs:decimal" minOccurs="0" nillable="true"/>'
    '<xs:element name="Day" type="xs:date"/></xs:sequence></xs:complexType>'
)
ORDER = """<xs:sequence>
<xs:element name="Number" type="xs:string"/>
<xs:element name="Sent" type="xs:boolean" default="true"/>
<xs:element name="Note" type="xs:string" minOccurs="0" nillable="true"/>
<xs:element name="Tag" type="xs:token" minOccurs="0" maxOccurs="3"/>
<xs:element name="Day" type="xs:date"/>
<xs:element name="First" type="t:Row" minOccurs="0" nillable="true"/>
<xs:element name="Row" type="t:Row" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence>"""
START = "<Number>1</Number><Sent>0</Sent>"
STARTED = {"Number": "1", "Sent": False, "Tag": [], "Row": [], "Day": date(2026, 11, 21)}
DAY = "<Day>2026-11-21</Day>"


@pytest.mark.parametrize(
    ("xml", "more"),
    [
        pytest.param(DAY, {}, id="what has to be there"),
        pytest.param(f"<Note>a &lt; b</Note>{DAY}", {"Note": "a < b"}, id="one more"),
        pytest.param(f"<Note/>{DAY}", {"Note": ""}, id="empty"),
        pytest.param(f"<Note {NIL}/>{DAY}", {"Note": None}, id="nil"),
        pytest.param("<Tag> a </Tag><Tag>b</Tag>" + DAY, {"Tag": ["a", "b"]}, id="several"),
        pytest.param(
            f"<Tag>a</Tag><Tag>b</Tag>{DAY}<First><Sku>x</Sku>{DAY}</First><Row><Sku>y</Sku>{DAY}</Row>",
            {
                "Tag": ["a", "b"],
                "First": {"Sku": "x", "Day": date(2026, 11, 21)},
                "Row": [{"Sku": "y", "Day": date(2026, 11, 21)}],
            },
            id="as many as there are kinds of them",
        ),
        pytest.param("<Day> 2026-11-21\n</Day>", {}, id="blanks around it"),
        pytest.param("<Day>2026-11-21Z</Day>", {}, id="with a zone"),
        pytest.param(f"{DAY}<First {NIL}/>", {"First": None}, id="a record that is nil"),
        pytest.param(
            f"{DAY}<First><Sku/><Left>1</Left>{DAY}</First>",
            {"First": {"Sku": "", "Left": Decimal(1), "Day": date(2026, 11, 21)}},
            id="a record",
        ),
    ],
)
def test_children_are_known_by_their_places(tmp_path: Path, xml: str, more: dict[str, Any]) -> None:
    assert operation(tmp_path, ORDER, ROW).decode(payload(START + xml)) == {**STARTED, **more}


@pytest.mark.parametrize("rows", [1, FEW, FEW + 1, 3 * FEW])
def test_few_records_are_read_as_many_are(tmp_path: Path, rows: int) -> None:
    lefts = ["", "<Left>1.50</Left>", f"<Left {NIL}/>"]
    values: list[dict[str, Any]] = [{}, {"Left": Decimal("1.50")}, {"Left": None}]
    xml = "".join(f"<Row><Sku>{n}</Sku>{lefts[n % 3]}{DAY}</Row>" for n in range(rows))
    day = date(2026, 11, 21)

    found = operation(tmp_path, ORDER, ROW).decode(payload(START + DAY + xml))

    assert found["Row"] == [{"Sku": str(n), "Day": day, **values[n % 3]} for n in range(rows)]


@pytest.mark.parametrize(("attributes", "value"), [("", {}), (NIL, None)], ids=["empty", "nil"])
def test_nothing_at_all_may_be_nil(tmp_path: Path, attributes: str, value: Any) -> None:
    odd = (
        '<xs:complexType name="Odd"><xs:sequence>'
        '<xs:element name="A" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>'
    )
    content = '<xs:sequence><xs:element name="Odd" type="t:Odd" nillable="true"/></xs:sequence>'

    found = operation(tmp_path, content, odd).decode(payload(f"<Odd {attributes}/>"))

    assert found == {"Odd": value}


def test_an_empty_text_has_its_default(tmp_path: Path) -> None:
    found = operation(tmp_path, ORDER, ROW).decode(payload(f"<Number>1</Number><Sent/>{DAY}"))

    assert found["Sent"] is True


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="what has to be there"),
        pytest.param({"Number": "a & <b>\r"}, id="what XML writes otherwise"),
        pytest.param({"Note": None}, id="nil"),
        pytest.param({"Note": "", "Tag": ["a", "b"]}, id="several"),
        pytest.param({"First": {"Sku": "x", "Day": date(1, 1, 1)}}, id="a record"),
        pytest.param({"First": None}, id="a record that is nil"),
        pytest.param({"Row": [{"Sku": "x", "Left": None, "Day": date(1, 1, 1)}]}, id="records"),
    ],
)
@pytest.mark.parametrize("usual", [dict, MappingProxyType], ids=["a dict", "another mapping"])
def test_what_is_written_straight_on_is_read_again(
    tmp_path: Path, more: dict[str, Any], usual: Any
) -> None:
    values = {**STARTED, **more}

    assert there_and_back(operation(tmp_path, ORDER, ROW), usual(values)) == values


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"Number": None}, "Number: expected something, not nil"),
        ({"Number": 1}, "Number: expected a text"),
        ({"Number": "\x00"}, "Number: expected a text without control characters or lone surrogates"),
        ({"Sent": "maybe"}, "Sent: expected true or false"),
        ({"Other": 1}, "Other: expected nothing of this name"),
        ({"First": {"Sku": "x"}}, "First/Day: expected it to be there"),
        ({"First": {"Sku": "x", "Day": "soon"}}, "First/Day: expected a date"),
        ({"Row": [{"Sku": 1, "Day": date(1, 1, 1)}]}, "Row[1]/Sku: expected a text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_path(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValuesError) as caught:
        operation(tmp_path, ORDER, ROW).encode({**STARTED, **more})

    assert str(caught.value) == says


def test_a_type_that_holds_itself_is_read_and_written(tmp_path: Path) -> None:
    node = (
        '<xs:complexType name="Node"><xs:sequence><xs:element name="Name" type="xs:string"/>'
        '<xs:element name="Node" type="t:Node" minOccurs="0"/></xs:sequence></xs:complexType>'
    )
    content = '<xs:sequence><xs:element name="Node" type="t:Node"/></xs:sequence>'
    spoken = operation(tmp_path, content, node)
    values = {"Node": {"Name": "a", "Node": {"Name": "b", "Node": {"Name": "c"}}}}

    assert there_and_back(spoken, values) == values


def test_what_a_function_was_written_as_can_be_read(tmp_path: Path) -> None:
    spoken = operation(tmp_path, ORDER, ROW)
    assert sent(spoken, STARTED) is not None

    assert "def read(element):" in (spoken._read.__doc__ or "")


CODE = "A{x' + '"


@pytest.mark.parametrize(("low", "nillable"), [(1, False), (1, True), (0, False)])
def test_nothing_a_wsdl_says_is_run(low: int, nillable: bool) -> None:
    """zeep refuses such a name before; this holds without it."""
    nothing: Any = None
    odd = Element(CODE, CODE, Simple(None, "string"), min=low, nillable=nillable)
    asked = Element("Ask", "Ask", Complex(None, content=Group("sequence", (odd,))))
    pieces: list[str] = []

    Encoder(nothing, Prefixes({}), nothing).element(asked)({CODE: "x"}, pieces.append)

    assert "".join(pieces) == f"<Ask><{CODE}>x</{CODE}></Ask>"
