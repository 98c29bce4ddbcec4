"""What a backend adds that nobody declared: left out and reported, or refused; never half read."""

from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.protocols.soap.codec.decoding.runs import FEW
from connectors.protocols.soap.envelope import ReplyError
from tests.connectors.protocols.soap.codec.spoken import operation, payload

CONTENT = """<xs:sequence><xs:element name="A" type="xs:int"/>
  <xs:element name="Row" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="B" type="xs:int"/><xs:element name="C" type="xs:int" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element></xs:sequence>"""
ADDED = {
    "before": "<New>1</New><A>1</A><Row><B>2</B><C>3</C></Row>",
    "between": "<A>1</A><New><Deep/></New><Row><B>2</B><C>3</C></Row>",
    "after": "<A>1</A><Row><B>2</B><C>3</C></Row><New/><New/>",
    "in a row": "<A>1</A><Row><B>2</B><New>x</New><C>3</C></Row>",
    "of another namespace": '<A>1</A><Row><B>2</B><C>3</C></Row><New xmlns="urn:x"/>',
    "as an attribute": '<A>1</A><Row New="x"><B>2</B><C>3</C></Row>',
}
EXPECTED = {"A": 1, "Row": [{"B": 2, "C": 3}]}
added = pytest.mark.parametrize("xml", ADDED.values(), ids=ADDED)


@added
def test_an_addition_is_left_out_and_loses_nothing_behind_it(tmp_path: Path, xml: str) -> None:
    spoken = operation(tmp_path, CONTENT)

    with capture_logs() as logs:
        assert [spoken.decode(payload(xml)) for _ in range(3)] == [EXPECTED] * 3

    assert [log["names"] for log in logs] == [["New"]]


def test_additions_are_counted_and_told_of_at_every_tenfold(tmp_path: Path) -> None:
    spoken = operation(tmp_path, CONTENT)

    with capture_logs() as logs:
        for _ in range(25):
            spoken.decode(payload("<A>1</A><New/><New/><Row><B>2</B><Odd/></Row>"))

    told = [dict(zip(log["names"], log["times"], strict=True)) for log in logs]
    assert told == [{"New": 2, "Odd": 1}, {"New": 10}, {"Odd": 10}]


def test_blanks_around_a_date_are_none_of_it(tmp_path: Path) -> None:
    """libxml2 refuses them; XML Schema part 2, 4.3.6 has them collapsed."""
    content = '<xs:sequence><xs:element name="On" type="xs:date" maxOccurs="99"/></xs:sequence>'
    spoken = operation(tmp_path, content)

    for number in (1, 30):
        xml = "<On>\n 2026-11-21 </On>" * number
        assert spoken.decode(payload(xml)) == {"On": [date(2026, 11, 21)] * number}
    with pytest.raises(ReplyError):
        spoken.decode(payload("<On>2026-1 1-21</On>"))


@added
def test_an_addition_is_refused_where_that_is_asked_for(tmp_path: Path, xml: str) -> None:
    spoken = operation(tmp_path, CONTENT, additions="refuse")

    assert spoken.decode(payload("<A>1</A><Row><B>2</B><C>3</C></Row>")) == EXPECTED
    for _ in range(2):
        with pytest.raises(ReplyError, match="New is not declared"):
            spoken.decode(payload(xml))


@pytest.mark.parametrize("rows", [1, 2 * FEW])
def test_a_known_addition_excuses_no_wrong_value(tmp_path: Path, rows: int) -> None:
    spoken = operation(tmp_path, CONTENT)
    row = "<Row><B>2</B><New/></Row>"
    assert spoken.decode(payload(f"<A>1</A>{row * rows}")) == {"A": 1, "Row": [{"B": 2}] * rows}

    for wrong in (row.replace("2", "x"), row.replace("<B>2</B>", ""), row.replace("New", "B")):
        with pytest.raises(ReplyError):
            spoken.decode(payload(f"<A>1</A>{row * rows}{wrong}"))


def test_text_between_elements_is_no_addition(tmp_path: Path) -> None:
    spoken = operation(tmp_path, CONTENT)

    for xml in ("<A>1</A>text", "text<A>1</A>", "<A>1</A><New/>text"):
        with pytest.raises(ReplyError):
            spoken.decode(payload(xml))


def test_a_declared_element_at_a_wrong_place_is_no_addition(tmp_path: Path) -> None:
    spoken = operation(tmp_path, CONTENT)

    with pytest.raises(ReplyError, match="expected no A at this place"):
        spoken.decode(payload("<A>1</A><A>2</A>"))
