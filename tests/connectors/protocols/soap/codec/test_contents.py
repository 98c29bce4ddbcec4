"""Choices, wildcards, groups that repeat, types that extend others: what content may look like."""

from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.soap.codec.texts.values import Xml
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.operation import ValuesError
from tests.connectors.protocols.soap.codec.spoken import operation, payload, there_and_back

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def element(name: str, kind: str = "xs:int", attributes: str = "") -> str:
    return f'<xs:element name="{name}" type="{kind}" {attributes}/>'


OPTIONAL, MANY = 'minOccurs="0"', 'maxOccurs="unbounded"'
A, B = element("A"), element("B")
CHOICE = f"<xs:choice>{A}{B}</xs:choice>"
REPEATED = f'<xs:choice maxOccurs="unbounded">{A}{B}</xs:choice>'
PAIRS = f'<xs:sequence maxOccurs="unbounded">{A}{element("B", attributes=OPTIONAL)}</xs:sequence>'
OTHER = '<x xmlns="urn:x">1</x>'
WILD = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="2"/>'
ANY = f"<xs:sequence>{A}{WILD}</xs:sequence>"


@pytest.mark.parametrize(
    ("content", "xml", "values"),
    [
        (CHOICE, "<B>1</B>", {"B": 1}),
        (REPEATED, "<B>1</B><A>2</A><B>3</B>", {"_value_1": [{"B": 1}, {"A": 2}, {"B": 3}]}),
        (
            PAIRS,
            "<A>1</A><B>2</B><A>3</A><A>4</A>",
            {"_value_1": [{"A": 1, "B": 2}, {"A": 3}, {"A": 4}]},
        ),
        (f"<xs:all>{A}{B}</xs:all>", "<B>1</B><A>2</A>", {"A": 2, "B": 1}),
        (ANY, f"<A>1</A>{OTHER}{OTHER}", {"A": 1, "_value_1": [Xml(OTHER)] * 2}),
        (ANY, "<A>1</A>", {"A": 1, "_value_1": []}),
        (
            f'<xs:sequence>{A}</xs:sequence><xs:anyAttribute processContents="lax"/>',
            '<A>1</A>',
            {"A": 1},
        ),
    ],
)  # fmt: skip
def test_content_is_read_and_written_as_it_is_declared(
    tmp_path: Path, content: str, xml: str, values: dict[str, Any]
) -> None:
    spoken = operation(tmp_path, content)

    assert spoken.decode(payload(xml)) == values
    assert there_and_back(spoken, values) == values


@pytest.mark.parametrize(
    ("content", "values", "says"),
    [
        (CHOICE, {"A": 1, "B": 2}, "one of A, B"),
        (CHOICE, {}, "one of A, B"),
        (REPEATED, {"_value_1": [{"A": 1, "B": 2}]}, r"_value_1\[1\]: expected one of A, B"),
        (REPEATED, {"_value_1": []}, "1 to any number of them"),
        (ANY, {"A": 1, "_value_1": ["<a/>"]}, "a namespace that is allowed here"),
        (ANY, {"A": 1, "_value_1": ["<a"]}, "well-formed XML"),
        (ANY, {"A": 1, "_value_1": [OTHER + OTHER]}, "well-formed XML"),
        (ANY, {"A": 1, "_value_1": [OTHER] * 3}, "0 to 2 of them"),
        (ANY, {"A": 1, "_value_1": ['<!DOCTYPE x [<!ENTITY e "x">]><x xmlns="urn:x"/>']}, "DTD"),
        (f"<xs:sequence>{A}{B}</xs:sequence>", {"B": 1}, "A: expected it to be there"),
    ],
)
def test_what_is_not_declared_is_not_sent(
    tmp_path: Path, content: str, values: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValuesError, match=says):
        operation(tmp_path, content).encode(values)


@pytest.mark.parametrize(
    ("content", "xml"),
    [
        (CHOICE, "<A>1</A><B>2</B>"),
        (CHOICE, ""),
        (PAIRS, "<B>1</B><A>1</A>"),
        (f"<xs:sequence>{A}{B}</xs:sequence>", "<B>1</B><A>1</A>"),
        (f"<xs:all>{A}{B}</xs:all>", "<A>1</A>"),
        (element("A", attributes='maxOccurs="2"').join(("<xs:sequence>", "</xs:sequence>")),
         "<A>1</A><A>1</A><A>1</A>"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_no_answer(tmp_path: Path, content: str, xml: str) -> None:
    with pytest.raises(ReplyError):
        operation(tmp_path, content).decode(payload(xml))


TYPES = """
<xs:complexType name="Animal" abstract="true"><xs:sequence>
  <xs:element name="Name" type="xs:string"/></xs:sequence></xs:complexType>
<xs:complexType name="Dog"><xs:complexContent><xs:extension base="t:Animal"><xs:sequence>
  <xs:element name="Tricks" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
</xs:complexType>
<xs:complexType name="Puppy"><xs:complexContent><xs:extension base="t:Dog"><xs:sequence>
  <xs:element name="Weeks" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
</xs:complexType>
<xs:complexType name="Stone"><xs:sequence><xs:element name="Name" type="xs:string"/>
</xs:sequence></xs:complexType>"""
PETS = f"<xs:sequence>{element('Pet', 't:Animal', MANY)}</xs:sequence>"
DOG = {"xsi:type": "Dog", "Name": "Rex", "Tricks": 2}


def pet(kind: str, inner: str) -> str:
    said = f'i:type="t:{kind}"' if kind else ""
    return f'<Pet xmlns:i="{XSI}" xmlns:t="urn:test" {said}>{inner}</Pet>'


def test_a_value_says_which_derived_type_it_is(tmp_path: Path) -> None:
    spoken = operation(tmp_path, PETS, TYPES)
    puppy = {**DOG, "xsi:type": "Puppy", "Weeks": 9}
    inner = "<Name>Rex</Name><Tricks>2</Tricks>"
    xml = pet("Dog", inner) + pet("Puppy", f"{inner}<Weeks>9</Weeks>")

    assert spoken.decode(payload(xml)) == {"Pet": [DOG, puppy]}
    assert there_and_back(spoken, {"Pet": [DOG, puppy]}) == {"Pet": [DOG, puppy]}


@pytest.mark.parametrize("kind", ["Stone", "Animal", "Nobody", "", "int"])
def test_only_concrete_derived_types_are_taken(tmp_path: Path, kind: str) -> None:
    spoken = operation(tmp_path, PETS, TYPES)
    said = {"xsi:type": kind} if kind else {}

    with pytest.raises(ReplyError, match=r"^Pet\[1\]: expected "):
        spoken.decode(payload(pet(kind, "<Name>Rex</Name>")))
    with pytest.raises(ValuesError, match="xsi:type: expected one of Dog, Puppy"):
        spoken.encode({"Pet": [{**said, "Name": "Rex"}]})


def test_an_element_may_stand_in_for_the_head_of_its_group(tmp_path: Path) -> None:
    others = """<xs:element name="Shape" type="xs:anyType" abstract="true"/>
      <xs:element name="Circle" type="xs:int" substitutionGroup="t:Shape"/>
      <xs:element name="Line" type="xs:string" substitutionGroup="t:Shape"/>"""
    content = '<xs:sequence><xs:element ref="t:Shape" maxOccurs="unbounded"/></xs:sequence>'
    spoken = operation(tmp_path, content, others)
    values = {"Shape": [{"Circle": 1}, {"Line": "a"}]}

    assert spoken.decode(payload("<Circle>1</Circle><Line>a</Line>")) == values
    assert there_and_back(spoken, values) == values


def test_mixed_content_is_the_whole_element_as_it_stands(tmp_path: Path) -> None:
    text = """<xs:complexType name="Text" mixed="true"><xs:sequence>
      <xs:element name="b" type="xs:string" maxOccurs="9"/></xs:sequence></xs:complexType>"""
    spoken = operation(tmp_path, f"<xs:sequence>{element('V', 't:Text')}</xs:sequence>", text)
    values = {"V": Xml('<V xmlns="urn:test">one <b>two</b> three</V>')}

    assert spoken.decode(payload("<V>one <b>two</b> three</V>")) == values
    assert there_and_back(spoken, values) == values


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        ("text", "<V>text</V>"),
        (None, f'<V xmlns:i="{XSI}" i:nil="true"/>'),
        (
            {"xsi:type": "{urn:test}Dog", "Name": "Rex", "Tricks": 2},
            pet("Dog", "<Name>Rex</Name><Tricks>2</Tricks>").replace("Pet", "V"),
        ),
    ],
)
def test_what_may_be_anything_is_what_it_says_it_is(tmp_path: Path, value: Any, xml: str) -> None:
    any_ = element("V", "xs:anyType", 'nillable="true"')
    spoken = operation(tmp_path, f"<xs:sequence>{any_}</xs:sequence>", TYPES)

    assert spoken.decode(payload(xml)) == {"V": value}
    assert there_and_back(spoken, {"V": value}) == {"V": value}
