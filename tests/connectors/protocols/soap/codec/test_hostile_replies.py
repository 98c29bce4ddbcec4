"""Whatever comes as a reply, it is an answer or a ReplyError, and soon."""

import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from connectors.protocols.soap.codec.decoding.runs import FEW
from connectors.protocols.soap.compiled import CompiledOperation
from connectors.protocols.soap.envelope import ReplyError, message_in
from connectors.protocols.soap.operation import Operation
from connectors.protocols.soap.wsdl import load
from tests.connectors.protocols.soap.codec.generating import Generator
from tests.connectors.protocols.soap.codec.spoiling import spoil
from tests.connectors.protocols.soap.codec.spoken import UNJUDGED, operation, payload
from tests.connectors.protocols.soap_material import answer, envelope
from tests.connectors.protocols.test_soap_wsdl import (
    PUBLISHED,
    first_soap_port,
    mains,
    pinned_copy,
    published,
)

MUTATED = ("exchange-ews", "salesforce-partner", "allegro-aukro", "marketo", "vies")
fuzzed = settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
PIECES = st.sampled_from(
    [b"<", b">", b"/", b"&", b"&#0;", b'"', b"\x00", b"\xff", b"]]>", b"<![CDATA[", b"<!--", b"nil",
     b"9" * 400, b"-", b"1e999", b"INF", b"9999-12-31T24:00:00Z", b' xsi:nil="true"', b"xsi:type=",
     b' href="#x"', b' id="x"', b"<x/>", b"<a>" * 300, b""]
)  # fmt: skip


@lru_cache
def operations(name: str) -> list[Operation]:
    with TemporaryDirectory() as folder:
        main = pinned_copy(PUBLISHED / name, Path(folder)) / dict(mains())[name]
        port = load(main, first_soap_port(main))
    return [found for found in port.operations.values() if found.reply is not None]


def reply_to(spoken: Operation, seed: int) -> etree._Element:
    assert spoken.reply is not None
    return Generator(seed).message(spoken.reply)


def answered(spoken: Operation, body: bytes) -> None:
    with suppress(ReplyError):
        spoken.decode(message_in(body).payload(encoded=spoken.encoded))


@published
@pytest.mark.parametrize("name", MUTATED)
@fuzzed
@given(seed=st.integers(0, 999), at=st.floats(0, 1), length=st.integers(0, 9), piece=PIECES)
def test_bytes_that_were_changed_are_an_answer_or_refused(
    name: str, seed: int, at: float, length: int, piece: bytes
) -> None:
    spoken = operations(name)[seed % len(operations(name))]
    body = envelope(etree.tostring(reply_to(spoken, seed), encoding="unicode"))
    start = int(at * len(body))

    answered(spoken, body[:start] + piece + body[start + length :])


@published
@pytest.mark.parametrize("name", MUTATED)
@fuzzed
@given(seed=st.integers(0, 999), changes=st.integers(1, 5))
def test_a_message_that_was_changed_is_an_answer_or_refused(
    name: str, seed: int, changes: int
) -> None:
    spoken = operations(name)[seed % len(operations(name))]
    message, random = reply_to(spoken, seed), Random(seed)  # noqa: S311 # repeatable
    for _ in range(changes):
        spoil(message, random)

    answered(spoken, envelope(etree.tostring(message, encoding="unicode")))


KINDS = (
    "decimal", "integer", "int", "double", "boolean", "date", "dateTime", "time", "duration",
    "gYear", "gMonthDay", "hexBinary", "base64Binary", "QName", "anyURI", "language", "NMTOKENS",
    "ID", "anySimpleType", "anyType",
)  # fmt: skip
CONTENT = "".join(
    f'<xs:element name="{kind}" type="xs:{kind}" minOccurs="0" maxOccurs="unbounded"/>'
    for kind in KINDS
)


@pytest.fixture(scope="module", params=["", UNJUDGED], ids=["libxml2", "ourselves"])
def every_kind(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> CompiledOperation:
    folder = tmp_path_factory.mktemp("kinds")
    choice = f"<xs:choice maxOccurs='unbounded'>{CONTENT}</xs:choice>"
    return operation(folder, choice, request.param)


@pytest.fixture(scope="module")
def rows_of_every_kind(tmp_path_factory: pytest.TempPathFactory) -> CompiledOperation:
    row = CONTENT.replace('maxOccurs="unbounded"', "")
    row = f"<xs:complexType><xs:sequence>{row}</xs:sequence></xs:complexType>"
    inner = f'<xs:element name="Row" maxOccurs="unbounded">{row}</xs:element>'
    return operation(tmp_path_factory.mktemp("rows"), f"<xs:sequence>{inner}</xs:sequence>")


ODD = [
    "INF", "-INF", "NaN", "1E999", "9" * 5_000, "9" * 500_000, f"0.{'9' * 500_000}",
    "1000000000-01-01", "-0044-03-15", "2016-12-31T23:59:60Z", "9999-12-31T24:00:00Z",
    "0001-01-01T00:00:00+14:00", "24:00:00", "2024-02-30", "--02-30", "99999",
    f"P{'9' * 30}Y", f"P{'9' * 5_000}D", f"PT{'9' * 500_000}S", "PT0.00000000001S", "P1Y2M-3D",
    "٣", "1_000", "\u00a01", "0x1f", "ab==", "a:b", " ", "", "true ", "f" * 99_999,
]  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@fuzzed
@given(kind=st.sampled_from(KINDS), text=st.one_of(st.sampled_from(ODD), TEXT))
@example("duration", f"PT{'9' * 500_000}S")
@example("dateTime", "9999-12-31T24:00:00Z")
@example("integer", "9" * 5_000)
def test_a_text_is_a_value_or_refused(
    every_kind: CompiledOperation, rows_of_every_kind: CompiledOperation, kind: str, text: str
) -> None:
    element = etree.Element(f"{{urn:test}}{kind}", nsmap={None: "urn:test"})  # type: ignore[dict-item] # the stubs lack None
    element.text = text
    xml = etree.tostring(element, encoding="unicode")
    started = time.process_time()

    answered(every_kind, answer(xml))
    answered(
        rows_of_every_kind, answer(f"<Row>{xml}</Row>" * (2 * FEW if len(text) < 1_000 else 2))
    )

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "xml",
    [
        "<Row/>" * 100_000,
        "<New/>" * 100_000,
        "<Row><int>x</int></Row>" * 50_000,
        "<Row><New><a><b/></a></New></Row>" * 50_000,
        "".join(f"<New{number}/>" for number in range(20_000)),
        "<Row>" + "<anyType>" * 90 + "</anyType>" * 90 + "</Row>",
        "<Row>" + "".join(f"<int a{number}='x'>1</int>" for number in range(50)) + "</Row>",
    ],
    ids=["rows", "additions", "wrong", "deep additions", "names", "deep", "attributes"],
)
def test_many_and_deep_take_a_time_that_grows_with_them(
    rows_of_every_kind: CompiledOperation, xml: str
) -> None:
    started = time.process_time()

    for _ in range(2):
        answered(rows_of_every_kind, answer(xml))

    assert time.process_time() - started < 10  # one by one, the wrong took a minute


@pytest.mark.parametrize("judged_by_us_too", [True, False])
def test_a_type_that_holds_itself_is_read_as_deep_as_an_envelope_may_be(
    tmp_path: Path, *, judged_by_us_too: bool
) -> None:
    node = """<xs:complexType name="Node"><xs:sequence>
      <xs:element name="Node" type="t:Node" minOccurs="0"/></xs:sequence></xs:complexType>"""
    spoken = operation(
        tmp_path, '<xs:sequence><xs:element name="Node" type="t:Node"/></xs:sequence>', node
    )
    added = "<New/>" if judged_by_us_too else ""

    found = spoken.decode(payload("<Node>" * 96 + added + "</Node>" * 96))

    for _ in range(96):
        found = found["Node"]
    assert found == {}
