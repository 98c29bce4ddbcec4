"""Every style of SOAP, over a real socket: document (wrapped and bare), rpc (literal and encoded), in
both versions."""

from decimal import Decimal
from pathlib import Path

import pytest

from runtime.problems import Problem, Rejected
from tests.connectors.protocols.soap.codec.rpc import (
    ENC,
    LINE,
    PARTS,
    SENT,
    XSI,
    asked,
    response,
    rpc,
)
from tests.connectors.protocols.soap.secured import answering
from tests.connectors.protocols.soap_material import SOAP_11, SOAP_12, envelope, wsdl

BARE = '<xs:element name="Ask" type="xs:int"/><xs:element name="Answer" type="xs:decimal"/>'


@pytest.mark.parametrize(("binding", "version"), [("soap", SOAP_11), ("soap12", SOAP_12)])
async def test_a_bare_document_is_one_value(tmp_path: Path, binding: str, version: str) -> None:
    async with answering(tmp_path, wsdl(BARE, soap=binding)) as backend:
        answer = '<Answer xmlns="urn:test">1.50</Answer>'
        backend.says(envelope(answer, version=version))

        body, found = await asked(backend, _value_1=3)

        assert (body.tag, body.text, len(body)) == ("{urn:test}Ask", "3", 0)
        assert backend.envelope().tag == f"{{{version}}}Envelope"
        assert found == {"_value_1": Decimal("1.50")}


@pytest.mark.parametrize(("binding", "version"), [("soap", SOAP_11), ("soap12", SOAP_12)])
async def test_a_wrapped_document_is_a_mapping(tmp_path: Path, binding: str, version: str) -> None:
    async with answering(tmp_path, wsdl(soap=binding)) as backend:
        content = "<Count>3</Count><Price>1.50</Price>"
        answer = f'<Answer xmlns="urn:test">{content}</Answer>'
        backend.says(envelope(answer, version=version))

        body, found = await asked(backend, No="1", Note="a<b")

        assert [(child.tag, child.text) for child in body] == [
            ("{urn:test}No", "1"),
            ("{urn:test}Note", "a<b"),
        ]
        assert found == {"Count": 3, "Price": Decimal("1.50"), "Line": []}


async def test_rpc_literal_has_its_parts_in_no_namespace(tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("literal", PARTS)) as backend:
        backend.says(response(f"<id>7</id><line>{SENT}</line>"))

        body, found = await asked(backend, id=7, line=LINE)

        assert body.tag == "{urn:rpc}Ask"
        assert [child.tag for child in body] == ["id", "line"]
        assert [child.tag for child in body[1]] == ["{urn:test}Sku", "{urn:test}Price"]
        assert found == {"id": 7, "line": LINE}


@pytest.mark.parametrize("use", ["literal", "encoded"])
@pytest.mark.parametrize(
    "content", ["<id>x</id><line><t:Sku/></line>", "<id>99999999999</id><line><t:Sku/></line>"]
)
async def test_a_bad_number_in_rpc_is_a_bad_answer(tmp_path: Path, use: str, content: str) -> None:
    """No schema declares the wrapper of rpc: libxml2 cannot judge it, we do."""
    async with answering(tmp_path, rpc(use, PARTS)) as backend:
        backend.says(response(content))

        with pytest.raises(Problem, match="id: expected ") as caught:
            await asked(backend, id=7, line=LINE)

        assert caught.value.slug == "bad-answer"


async def test_rpc_encoded_says_of_each_value_what_it_is(tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("encoded", PARTS)) as backend:
        backend.says(response(f"<line>{SENT}</line><id>7</id>"))  # in any order

        body, found = await asked(backend, id=7, line=LINE)

        assert body.get(f"{{{SOAP_11}}}encodingStyle") == ENC
        kinds = [element.get(f"{{{XSI}}}type") for element in (*body, *body[1])]
        assert [str(kind).rpartition(":")[2] for kind in kinds] == [
            "int", "Line", "string", "decimal",
        ]  # fmt: skip
        assert found == {"id": 7, "line": LINE}


ARRAY = '<part name="lines" type="t:Lines"/>'


async def test_an_encoded_array_is_a_list(tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("encoded", ARRAY)) as backend:
        item = f'<item xsi:type="t:Line">{SENT}</item>'
        array = f'<lines xsi:type="c:Array" c:arrayType="t:Line[2]">{item * 2}</lines>'
        backend.says(response(array))

        body, found = await asked(backend, lines=[LINE, LINE])

        assert str(body[0].get(f"{{{ENC}}}arrayType")).endswith(":Line[2]")
        assert found == {"lines": [LINE, LINE]}


async def test_a_part_that_nobody_declared_is_not_sent(tmp_path: Path) -> None:
    async with answering(tmp_path, rpc("literal", PARTS)) as backend:
        with pytest.raises(Rejected, match="other: expected nothing of this name"):
            await asked(backend, id=7, line=LINE, other=1)

        assert backend.heard == []
