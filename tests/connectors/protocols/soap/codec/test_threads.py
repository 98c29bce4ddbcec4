"""Large replies are read in threads: codecs that are made on first sight are made for all of them."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from lxml import etree

from connectors.protocols.soap.envelope import ReplyError, message_in
from connectors.protocols.soap.operation import Operation
from connectors.protocols.soap.wsdl import Port
from tests.connectors.protocols.soap.codec.spoken import operation, port
from tests.connectors.protocols.soap_material import answer

XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:test"'
CONTENT = """<xs:sequence><xs:element name="Who" type="xs:string"/>
  <xs:element name="Row" type="t:Row" maxOccurs="unbounded"/></xs:sequence>"""
OTHERS = """
<xs:complexType name="Row"><xs:sequence><xs:element name="N" type="xs:decimal"/>
  <xs:element name="Sub" type="t:Row" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="More"><xs:complexContent><xs:extension base="t:Row"><xs:sequence>
  <xs:element name="Code"><xs:simpleType><xs:restriction base="xs:string">
    <xs:pattern value="[a-z]+[0-9]"/></xs:restriction></xs:simpleType></xs:element>
</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"""
THREADS, ROUNDS = 8, 12


@contextmanager
def hurried() -> Iterator[None]:
    """Threads that change after every few instructions."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def reply(who: int, *, wrong: bool = False, added: bool = False) -> etree._Element | None:
    number = "x" if wrong else f"{who}.50"
    new = f"<New{who}/>" if added else ""
    row = f"<Row><N>{number}</N>{new}<Sub><N>{number}</N></Sub></Row>"
    more = f'<Row {XSI} i:type="t:More"><N>{number}</N><Code>abc{who % 10}</Code></Row>'
    return message_in(answer(f"<Who>{who}</Who>{row * 20}{more}")).payload()


def test_nobody_gets_what_is_somebody_elses(tmp_path: Path) -> None:
    """Each round with codecs that nobody has made yet, all threads at once."""
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        spoken = operation(folder, CONTENT, OTHERS)
        together = Barrier(THREADS)

        def one(who: int, spoken: Operation = spoken, together: Barrier = together) -> None:
            together.wait(10)
            for _ in range(5):
                if who % 4:
                    assert_own(spoken, who)
                else:
                    with pytest.raises(ReplyError, match=r"^Row\[1\]/N: expected a decimal"):
                        spoken.decode(reply(who, wrong=True))

        with hurried(), ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(one, range(THREADS)))


def assert_own(spoken: Operation, who: int) -> None:
    found = spoken.decode(reply(who, added=who % 3 == 0))

    price = Decimal(f"{who}.50")
    last = {"xsi:type": "More", "N": price, "Code": f"abc{who % 10}"}
    assert found == {"Who": str(who), "Row": [{"N": price, "Sub": {"N": price}}] * 20 + [last]}
    assert message_in(spoken.encode(found)).payload() is not None
    assert f">{who}</".encode() in spoken.encode(found)


def test_a_schema_is_read_once_whoever_asks_first(tmp_path: Path) -> None:
    kinds = "".join(
        f'<xs:complexType name="K{n}"><xs:sequence><xs:element name="E" type="t:K{(n + 1) % 50}" '
        f'minOccurs="0"/></xs:sequence></xs:complexType>'
        for n in range(50)
    )
    asked = '<xs:element name="Ask" type="t:K0"/><xs:element name="Answer" type="t:K25"/>'
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        shared = port(folder, asked + kinds)
        together = Barrier(THREADS)

        def seen(who: int, shared: Port = shared, together: Barrier = together) -> list[int]:
            together.wait(10)
            order = [(who * 7 + n) % 50 for n in range(50)]
            found = {n: id(shared.types.type(f"{{urn:test}}K{n}")) for n in order}
            return [found[n] for n in range(50)]

        with hurried(), ThreadPoolExecutor(THREADS) as pool:
            assert len(set(map(tuple, pool.map(seen, range(THREADS))))) == 1
