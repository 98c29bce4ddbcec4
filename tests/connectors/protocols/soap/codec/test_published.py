"""Every operation of published WSDLs, with generated messages in both directions: what is read is
what zeep reads, what is written is valid and reads the same.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any as Anything

import pytest
from lxml import etree
from zeep.exceptions import XMLParseError

from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.messages import all_types, is_wrapper
from connectors.protocols.soap.codec.obstacles import obstacle
from connectors.protocols.soap.codec.shapes import Complex, Element
from connectors.protocols.soap.envelope import message_in
from connectors.protocols.soap.operation import Operation
from connectors.protocols.soap.wsdl import Port, load
from tests.connectors.protocols.soap.codec.by_zeep import (
    comparable,
    differences,
    read_by_zeep,
    zeep_operations,
)
from tests.connectors.protocols.soap.codec.generating import Generator
from tests.connectors.protocols.soap.codec.spoiling import spoil
from tests.connectors.protocols.test_soap_wsdl import (
    DROPPED,
    PUBLISHED,
    first_soap_port,
    mains,
    pinned_copy,
    published,
)

pytestmark = published

SEEDS = range(2)

ZEEP_FAILS = {
    "exchange-ews": (
        r"expected '.*(Path|SearchExpression|Transition)'"  # as elements of choices:
        r"|element '.*(FieldURI|IndexedFieldURI|ExtendedFieldURI)'",
        "zeep knows no substitution groups",
    ),
    "exchange-ews, extensions": (
        r"Unexpected element '.*types}\w+'",
        "zeep loses elements of the base of a base",
    ),
    "exchange-ews, wildcards": (
        r"need more than 0 values to unpack",
        "zeep fails on a type that holds a wildcard and nothing else",
    ),
    "myboardpack": (
        r"Unexpected element '.*WCFFrameWork.DataAccess}\w+'",
        "zeep loses elements of the base of a base",
    ),
    "chromedata": (
        r"expected '.*(modelYear|vin)'",
        "zeep tries only the first sequence of a choice whose others begin with optional elements",
    ),
}
"""Where zeep cannot read what libxml2 finds valid: what it says, and why."""

DIFFERENCES = {
    "docdata-payments": (
        r"/testExtensibility: bool and zeep str",
        "zeep gives the default of an attribute as a text",
    ),
    "exchange-ews": (
        r"/PropertyTag: str and zeep NoneType",
        "zeep makes None of a text that is no number where the type is a union of both",
    ),
    "exchange-ews, substitution": (
        r"/Transition/(To: NoneType and zeep dict|Transition: dict and zeep NoneType)",
        "zeep knows no substitution groups; we say which element it is",
    ),
    "exchange-ews, blanks": (
        r"/BusinessHomePage: str and zeep str",
        "zeep does not make one blank of several, as white space is collapsed",
    ),
    "nodesoap-store": (
        r"_DATE: date and zeep str",
        "zeep gives a text where the type is a union of a date and a text",
    ),
}
"""Where zeep reads something else: what differs, and why."""


@pytest.fixture
def main(tmp_path: Path, name: str, file: str) -> Path:
    return pinned_copy(PUBLISHED / name, tmp_path) / file


@pytest.fixture
def port(main: Path) -> Port:
    return load(main, first_soap_port(main))


usable = pytest.mark.parametrize(
    ("name", "file"), [(name, file) for name, file in mains() if name not in DROPPED]
)


def spoken(port: Port) -> Iterator[tuple[Operation, str, Element]]:
    for operation in port.operations.values():
        for way, declared in (("input", operation.request), ("output", operation.reply)):
            if declared is not None:
                yield operation, way, declared


def generated(*seed: Anything, declared: Element) -> etree._Element:
    made = Generator(seed).message(declared)
    return etree.fromstring(etree.tostring(made, encoding="utf-8"))


@usable
def test_what_is_read_is_what_zeep_reads(port: Port, main: Path, name: str) -> None:
    theirs_by_name = zeep_operations(main)
    for operation, way, declared in spoken(port):
        for seed in SEEDS:
            message = generated(name, operation.name, way, seed, declared=declared)
            ours = port.codecs.decoder.element(declared)(message)
            try:
                theirs = read_by_zeep(getattr(theirs_by_name[operation.name], way), message)
            except (XMLParseError, ValueError) as error:
                assert_known(ZEEP_FAILS, name, str(error))
                continue
            for difference in differences(comparable(ours), comparable(theirs)):
                assert_known(DIFFERENCES, name, difference)


def assert_known(table: dict[str, tuple[str, str]], name: str, found: str) -> None:
    known = [pattern for key, (pattern, _) in table.items() if key.split(",")[0] == name]
    assert any(re.search(pattern, found) for pattern in known), f"{name}: {found}"


@usable
def test_what_is_written_is_valid_and_reads_the_same(port: Port, name: str) -> None:
    for operation, way, declared in spoken(port):
        if way == "output":
            continue
        read = port.codecs.decoder.element(declared)
        for seed in SEEDS:
            message = generated(name, operation.name, way, seed, declared=declared)
            values = read(message)

            written = message_in(operation.encode(values)).payload()

            assert written is not None
            if port.codecs.schema is not None and not is_wrapper(declared):
                assert port.codecs.schema.accepts(written)
            assert read(written) == values


@usable
def test_we_judge_as_libxml2_does(port: Port, name: str) -> None:
    schema = port.codecs.schema
    if schema is None:
        pytest.skip("libxml2 cannot use its schema")
    for operation, way, declared in spoken(port):
        if is_wrapper(declared):
            continue
        for seed in SEEDS:
            message = generated(name, operation.name, way, seed, declared=declared)
            assert schema.accepts(message)
            spoil(message, Random(f"{name}{operation.name}{way}{seed}"))  # noqa: S311 # repeatable
            message = etree.fromstring(etree.tostring(message, encoding="utf-8"))
            assert schema.accepts(message) == (judged(port, message, declared) is None)


def judged(port: Port, message: etree._Element, declared: Element) -> str | None:
    try:
        additions = port.codecs.judge(encoded=False).judge(message, declared)
    except Wrong as wrong:
        return str(wrong)
    return "additions" if additions else None


@usable
def test_every_type_compiles(port: Port) -> None:
    roots = [declared for _, _, declared in spoken(port)]
    kinds = [kind for kind in all_types(*roots) if isinstance(kind, Complex)]

    assert {kind.name: why for kind in kinds if (why := obstacle(kind))} == {}
