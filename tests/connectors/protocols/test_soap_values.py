"""Values in and out: as the schema has them, or not at all."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.protocols.soap.client import SoapBackend
from runtime.problems import Rejected
from tests.connectors.protocols.soap_calls import Backend, ask, problem, speaking
from tests.connectors.protocols.soap_material import GOOD, answer, vendored, wsdl


async def test_values_come_as_what_the_schema_says(soap: SoapBackend, backend: Backend) -> None:
    backend.says(f"{GOOD}<Open>1</Open><On>2025-11-21</On><Line><Text>a</Text></Line>")

    assert await ask(soap) == {
        "Count": 3,
        "Price": Decimal("1.50"),
        "Open": True,
        "On": date(2025, 11, 21),
        "Line": [{"Text": "a"}],
    }


async def test_an_operation_without_an_answer_wants_none(backend: Backend, tmp_path: Path) -> None:
    one_way = wsdl().replace('<output message="t:Out"/>', "")
    one_way = one_way.replace('<output><s:body use="literal"/></output>', "")
    soap = speaking(backend, vendored(tmp_path, main=one_way))

    backend.says(b"", 202)
    assert await ask(soap) == {}
    backend.says(answer())
    assert "an answer nobody declared" in str(await problem(soap))


async def test_none_is_sent_as_nil_and_an_absent_name_not_at_all(
    soap: SoapBackend, backend: Backend
) -> None:
    await ask(soap)
    await ask(soap, Note=None)

    plain, nil = (request.body for request in backend.sent)
    assert b"Note" not in plain
    assert b'nil="true"' in nil


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"No": "123456"}, "No: expected at most 5 characters"),
        ({"No": None}, "No: expected something, not nil"),
        ({"No": 1}, "No: expected a text"),
        ({"Note": "a\x00b"}, "Note: expected a text without control characters"),
        ({"Note": "\ud800"}, "Note: expected a text without control characters"),
        ({"Not": "a"}, "Not: expected nothing of this name"),
    ],
)
async def test_a_value_the_wsdl_does_not_allow_is_refused_before_it_is_sent(
    soap: SoapBackend, backend: Backend, values: dict[str, Any], says: str
) -> None:
    refused = await problem(soap, **values)

    assert (type(refused), refused.slug) == (Rejected, "does-not-fit")
    assert says in str(refused)
    assert backend.sent == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<Count>three</Count><Price>1</Price>", "Count: expected a whole number"),
        ("<Count>99999999999</Count><Price>1</Price>", "Count: expected at most 2147483647"),
        ("<Count/><Price>1</Price>", "Count: expected a whole number"),
        ("<Count>3</Count><Price>NaN</Price>", "Price: expected a decimal number"),
        (f"{GOOD}<Open>TRUE</Open>", "Open: expected true or false"),
        (f"{GOOD}<On>2025</On>", "On: expected a date"),
        (f"{GOOD}<On>0000-00-00</On>", "On: expected a date"),
        # The schema allows it, Python does not.
        (f"{GOOD}<On>12025-01-01</On>", "On has a value that Python cannot hold"),
        ("<Price>1</Price>", "the message: expected Count"),
        (f"{GOOD}<Count>4</Count>", "the message: expected no Count at this place"),
        (f"{GOOD}<Line><Text/></Line><Line/>", "Line[2]: expected Text"),
    ],
)
async def test_a_wrong_value_is_a_bad_answer_and_never_none(
    soap: SoapBackend, backend: Backend, content: str, says: str
) -> None:
    backend.says(content)

    raised = await problem(soap)

    assert (raised.code, raised.slug) == (502, "bad-answer")
    assert str(raised) == f"erp: {says}"
    assert "three" not in str(raised)


async def test_the_answer_of_another_operation_is_refused(
    soap: SoapBackend, backend: Backend
) -> None:
    backend.says(answer().replace(b"Answer", b"Reply"))

    assert "Reply does not answer Ask" in str(await problem(soap))


async def test_what_a_backend_adds_is_left_out_and_reported_once(
    soap: SoapBackend, backend: Backend
) -> None:
    backend.says(f"<New>1</New>{GOOD}<Line><Text>a</Text><Colour>red</Colour></Line>")

    with capture_logs() as logs:
        first, second = await ask(soap), await ask(soap)

    assert first == second
    assert first["Line"] == [{"Text": "a"}]
    [told] = [log for log in logs if log["event"] == "soap_reply_additions"]
    assert told["names"] == ["Colour", "New"]
    assert "red" not in str(logs)


async def test_an_addition_does_not_excuse_a_wrong_value(
    soap: SoapBackend, backend: Backend
) -> None:
    backend.says(f"<New>1</New>{GOOD}<Open>TRUE</Open>")

    assert (await problem(soap)).slug == "bad-answer"
