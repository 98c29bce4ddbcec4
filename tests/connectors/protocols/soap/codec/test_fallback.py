"""A type that cannot be compiled is left to zeep, it alone; nothing of it is lost without a word."""

from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.operation import ValuesError
from tests.connectors.protocols.soap.codec.spoken import operation, payload, port, there_and_back

ODD = """<xs:complexType name="Odd"><xs:sequence>
  <xs:element name="A" type="xs:int"/><xs:element name="B" type="xs:date"/>
  <xs:element name="A" type="xs:int"/></xs:sequence></xs:complexType>"""
CONTENT = """<xs:sequence><xs:element name="Even" type="xs:decimal"/>
  <xs:element name="Odd" type="t:Odd" maxOccurs="unbounded"/></xs:sequence>"""
XML = "<Even>1.50</Even><Odd><A>1</A><B>2024-01-01</B><A>2</A></Odd>"


def test_it_is_named_with_why(tmp_path: Path) -> None:
    spoken = operation(tmp_path, CONTENT, ODD)

    assert spoken.fallbacks == {"{urn:test}Odd": "A has two places in it"}


def test_it_is_read_and_written_within_what_is_compiled(tmp_path: Path) -> None:
    spoken = operation(tmp_path, CONTENT, ODD)

    found = spoken.decode(payload(XML))

    assert [str(found["Even"]), found["Odd"][0]["A"]] == ["1.50", 1]
    assert sorted(map(str, found["Odd"][0].values())) == ["1", "2", "2024-01-01"]
    assert there_and_back(spoken, found) == found


def test_an_element_whose_own_type_cannot_be_compiled_is_read_and_written(tmp_path: Path) -> None:
    whole = '<xs:complexType><xs:sequence><xs:element name="A" type="xs:int"/>'
    whole += '<xs:element name="B" type="xs:int"/><xs:element name="A" type="xs:int"/>'
    whole += "</xs:sequence></xs:complexType>"
    types = (
        f'<xs:element name="Ask">{whole}</xs:element><xs:element name="Answer">{whole}</xs:element>'
    )
    spoken = port(tmp_path, types).operation("Ask")
    xml = "<A>1</A><B>2</B><A>3</A>"

    found = spoken.decode(payload(xml))

    assert sorted(found.values()) == [1, 2, 3]
    assert set(spoken.fallbacks) == {"element {urn:test}Ask", "element {urn:test}Answer"}
    assert there_and_back(spoken, found) == found


@pytest.mark.parametrize("wrong", ["<B>12024-01-01</B>", "<B>x</B>", "<B>2024-02-30</B>", "<B/>"])
def test_what_zeep_would_make_none_of_is_a_bad_answer(tmp_path: Path, wrong: str) -> None:
    spoken = operation(tmp_path, CONTENT, ODD)

    with pytest.raises(ReplyError):
        spoken.decode(payload(XML.replace("<B>2024-01-01</B>", wrong)))


def test_an_addition_in_it_is_left_out_and_loses_nothing(tmp_path: Path) -> None:
    spoken = operation(tmp_path, CONTENT, ODD)

    found = spoken.decode(payload(XML.replace("<B>", "<New/><B>")))

    assert found == spoken.decode(payload(XML))


@pytest.mark.parametrize(
    "values",
    [{"C": 1}, {"A": "x", "B": None}, {}, "text", {"A": 1, "B": "not a date", "A__1": 2}],
)
def test_what_zeep_cannot_write_is_refused(tmp_path: Path, values: Any) -> None:
    spoken = operation(tmp_path, CONTENT, ODD)

    with pytest.raises(ValuesError, match=r"^Odd\[1\](/B)?: expected "):
        spoken.encode({"Even": 1, "Odd": [values]})
