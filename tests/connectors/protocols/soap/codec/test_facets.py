"""Enumerations, patterns, lengths, ranges and digits: held in requests and in replies."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.soap.codec.shapes import Facets, Simple
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.operation import ValuesError
from tests.connectors.protocols.soap.codec.spoken import (
    UNJUDGED,
    operation,
    payload,
    port,
    there_and_back,
)


def restricted(base: str, *facets: str) -> str:
    """An element V of a restriction, repeated."""
    inner = "".join(f"<xs:{facet.replace('=', ' value=', 1)}/>" for facet in facets)
    return f"""<xs:sequence><xs:element name="V" maxOccurs="9"><xs:simpleType>
      <xs:restriction base="xs:{base}">{inner}</xs:restriction></xs:simpleType></xs:element>
    </xs:sequence>"""


CASES: list[tuple[str, tuple[str, ...], Any, Any, str]] = [
    ("string", ('enumeration="red"', 'enumeration="blue"'), "red", "Red", "one of red, blue"),
    ("token", ('enumeration="dark red"',), "dark red", "darkred", "one of dark red"),
    ("int", ('enumeration="1"', 'enumeration="2"'), 2, 3, "one of 1, 2"),
    ("decimal", ('enumeration="1.50"',), Decimal("1.5"), Decimal("1.51"), "one of 1.50"),
    ("string", ('pattern="[A-Z]{2}"', 'pattern="\\d+"'), "123", "Ab", "what matches"),
    ("string", ('pattern="a+b"',), "aab", "xaab", "what matches a"),
    ("string", ('pattern="a|ab"',), "ab", "abc", "what matches a"),
    ("string", ('length="3"',), "äöü", "ab", "3 characters"),
    ("string", ('minLength="2"',), "ab", "a", "at least 2 characters"),
    ("string", ('maxLength="2"',), "日本", "日本語", "at most 2 characters"),
    ("hexBinary", ('length="2"',), b"\x00\x01", b"\x00", "2 bytes"),
    ("base64Binary", ('maxLength="2"',), b"ab", b"abc", "at most 2 bytes"),
    ("NMTOKENS", ('maxLength="2"',), ["a", "b"], ["a", "b", "c"], "at most 2 items"),
    ("int", ('minInclusive="1"', 'maxInclusive="5"'), 5, 6, "at most 5"),
    ("decimal", ('minExclusive="0"',), Decimal("0.01"), Decimal("0.00"), "more than 0"),
    ("decimal", ('maxExclusive="1e0"'.replace("e0", ""),), Decimal("0.9"), Decimal(1), "less than"),
    ("date", ('minInclusive="2024-01-01"',), "2024-01-01", "2023-12-31", "at least 2024-01-01"),
    ("duration", ('maxInclusive="PT1H"',), "PT60M", "PT61M", "at most PT1H"),
    ("decimal", ('totalDigits="4"',), Decimal("12.34"), Decimal("123.45"), "at most 4 digits"),
    ("decimal", ('fractionDigits="2"',), Decimal("1.20"), Decimal("1.234"), "at most 2 digits"),
    ("unsignedByte", (), 255, 256, "at most 255"),
    ("nonNegativeInteger", (), 10**30, -1, "at least 0"),
]


@pytest.mark.parametrize(("base", "facets", "fit", "unfit", "says"), CASES)
def test_a_facet_is_held_on_the_way_out(
    tmp_path: Path, base: str, facets: tuple[str, ...], fit: Any, unfit: Any, says: str
) -> None:
    spoken = operation(tmp_path, restricted(base, *facets))

    assert there_and_back(spoken, {"V": [fit]})
    with pytest.raises(ValuesError, match=rf"^V\[2\]: expected .*{says}"):
        spoken.encode({"V": [fit, unfit]})


@pytest.mark.parametrize("judged_by", ["libxml2", "ourselves"])
@pytest.mark.parametrize(
    ("facet", "fit", "unfit"),
    [
        ('enumeration="red"', "red", "blue"),
        ('pattern="[A-Z]{2}"', "AB", "ABC"),
        ('maxLength="2"', "ab", "abc"),
    ],
)
def test_a_facet_is_held_on_the_way_in(
    tmp_path: Path, judged_by: str, facet: str, fit: str, unfit: str
) -> None:
    others = "" if judged_by == "libxml2" else UNJUDGED
    spoken = operation(tmp_path, restricted("string", facet), others)

    assert spoken.decode(payload(f"<V>{fit}</V>")) == {"V": [fit]}
    with pytest.raises(ReplyError, match=r"^V\[2\]: expected "):
        spoken.decode(payload(f"<V>{fit}</V><V>{unfit}</V>"))


def test_facets_add_up_over_the_bases(tmp_path: Path) -> None:
    others = """<xs:simpleType name="Base"><xs:restriction base="xs:string">
      <xs:pattern value="[a-z]+"/><xs:maxLength value="5"/></xs:restriction></xs:simpleType>
    <xs:simpleType name="Narrow"><xs:restriction base="t:Base">
      <xs:pattern value=".*x"/><xs:minLength value="2"/></xs:restriction></xs:simpleType>"""
    content = '<xs:sequence><xs:element name="V" type="t:Narrow"/></xs:sequence>'
    spoken = operation(tmp_path, content, others)

    assert there_and_back(spoken, {"V": "abx"}) == {"V": "abx"}
    for wrong in ("x", "abc", "ABx", "abcdex"):
        with pytest.raises(ValuesError):
            spoken.encode({"V": wrong})


def test_facets_are_there_for_whoever_publishes_the_schema(tmp_path: Path) -> None:
    """The OpenAPI of a generated API is made of these shapes; zeep has nothing of them."""
    types = """<xs:simpleType name="Size"><xs:restriction base="xs:int">
      <xs:enumeration value="1"/><xs:enumeration value="2"/><xs:minInclusive value="1"/>
      <xs:totalDigits value="1"/><xs:pattern value="\\d"/></xs:restriction></xs:simpleType>"""
    asked = '<xs:element name="Ask"/><xs:element name="Answer"/>'

    size = port(tmp_path, asked + types).types.type("{urn:test}Size")

    assert isinstance(size, Simple)
    assert size.facets == Facets(
        enumeration=("1", "2"), patterns=(r"\d",), total_digits=1, white_space="collapse",
        min_inclusive="1", max_inclusive="2147483647",
    )  # fmt: skip


def test_a_callers_text_cannot_keep_a_pattern_busy(tmp_path: Path) -> None:
    spoken = operation(tmp_path, restricted("string", 'pattern="(a|aa)+b"'))

    with pytest.raises(ValuesError, match=r"what matches \(a\|aa\)\+b"):
        spoken.encode({"V": ["a" * 100_000]})


@pytest.mark.parametrize(
    "expression", ["(a|aa)+b", "(.*a){12}", "x{50}(a|aa)+b", "((a{0,99}){0,99}){0,99}"]
)
def test_a_pattern_that_libxml2_gets_lost_in_is_judged_by_us(
    tmp_path: Path, expression: str
) -> None:
    content = restricted("string", f'pattern="{expression}"')
    types = f'<xs:complexType name="C">{content}</xs:complexType>'
    asked = '<xs:element name="Ask" type="t:C"/><xs:element name="Answer" type="t:C"/>'

    unjudged = port(tmp_path, asked + types).unjudged

    assert unjudged == f"libxml2 cannot use its schema: {expression} may keep it busy for hours"


@pytest.mark.parametrize(("before", "judge"), [("", "ourselves"), ("x" * 900, "libxml2")])
def test_no_text_keeps_a_pattern_busy(tmp_path: Path, before: str, judge: str) -> None:
    """A way as long as that is not gone to find out: libxml2 gives up, and we are asked."""
    expression = f"x{{{len(before)}}}(a|aa)+b"
    spoken = operation(tmp_path, restricted("string", f'pattern="{expression}"'))
    started = time.process_time()

    with pytest.raises(ReplyError, match=r"^V\[1\]: expected what matches"):
        spoken.decode(payload(f"<V>{before}{'a' * 60}</V>" * 9))

    assert time.process_time() - started < (1 if judge == "ourselves" else 10)


def test_a_large_reply_is_held_to_them_as_well(tmp_path: Path) -> None:
    """libxml2 judges it in another way than a small one."""
    content = restricted("string", 'enumeration="red"').replace('"9"', '"unbounded"')
    spoken = operation(tmp_path, content)
    good = "<V>red</V>" * 11_000

    assert len(spoken.decode(payload(good))["V"]) == 11_000
    with pytest.raises(ReplyError, match=r"^V\[11001\]: expected one of red"):
        spoken.decode(payload(f"{good}<V>blue</V>"))
