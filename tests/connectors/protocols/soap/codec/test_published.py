"""Every operation of published WSDLs, with generated messages in both directions: what is read is
what zeep reads, what is written is valid and reads the same.
"""

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
from connectors.protocols.soap.compiled import BARE
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
from tests.connectors.protocols.soap.codec.known_differences import (
    DIFFERENCES,
    ZEEP_FAILS,
    compared,
)
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

SEEDS = (0, 1, 13)
"""Few that between them show every known difference: one that none shows is stale."""


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
    failures, different = set(), set()
    for operation, way, declared in spoken(port):
        for seed in SEEDS:
            message = generated(name, operation.name, way, seed, declared=declared)
            ours = read_by_us(port, operation, way, message)
            zeeps = getattr(theirs_by_name[operation.name], way)
            try:
                theirs = read_by_zeep(zeeps, message, rpc=is_wrapper(declared))
            except (XMLParseError, ValueError) as error:
                failures.add(str(error))
            else:
                different |= set(differences(comparable(ours), comparable(theirs)))

    assert compared(ZEEP_FAILS, name, failures) == (set(), set())
    assert compared(DIFFERENCES, name, different) == (set(), set())


def read_by_us(port: Port, operation: Operation, way: str, message: etree._Element) -> Anything:
    """A reply as it is decoded; a request, which nobody sends us, by the same decoder."""
    if way == "output":
        found = operation.decode(message)
        return found.get(BARE, found)
    assert operation.request is not None
    return port.codecs.decoder(encoded=operation.encoded).element(operation.request)(message)


@usable
def test_what_is_written_is_valid_and_reads_the_same(port: Port, name: str) -> None:
    for operation, way, declared in spoken(port):
        if way == "output":
            continue
        read = port.codecs.decoder(encoded=operation.encoded).element(declared)
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
