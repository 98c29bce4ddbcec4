"""A call: what is sent, and what a reply that is no plain answer turns into."""

import asyncio
from pathlib import Path

import pytest
from lxml import etree
from structlog.testing import capture_logs

from connectors.protocols.soap.client import OFF_LOOP_BYTES, SoapBackend
from runtime.calls.http import Request
from runtime.problems import Misconfigured, Missing, Unavailable
from tests.connectors.protocols.soap_calls import SECRET, Backend, ask, problem, speaking
from tests.connectors.protocols.soap_material import GOOD, SOAP_12, answer, fault, vendored, wsdl


def header(request: Request, name: bytes) -> str:
    return next(value.decode() for key, value in request.headers if key == name)


async def test_a_call_goes_to_the_configured_address_with_its_action(
    soap: SoapBackend, backend: Backend
) -> None:
    await ask(soap)

    [request] = backend.sent
    assert (request.method, request.url) == ("POST", "http://erp.test/soap")
    assert header(request, b"soapaction") == '"urn:test/Ask"'
    assert header(request, b"content-type") == "text/xml; charset=utf-8"


async def test_soap_12_names_the_action_in_the_content_type(
    backend: Backend, tmp_path: Path
) -> None:
    soap = speaking(backend, vendored(tmp_path, main=wsdl(soap="soap12")))
    backend.says(answer(version=SOAP_12))

    assert (await ask(soap))["Count"] == 3
    [request] = backend.sent
    media = 'application/soap+xml; charset=utf-8; action="urn:test/Ask"'
    assert header(request, b"content-type") == media
    assert etree.fromstring(request.body).tag == f"{{{SOAP_12}}}Envelope"


@pytest.mark.parametrize("status", [200, 400, 404, 500])
async def test_a_fault_counts_before_the_status(
    soap: SoapBackend, backend: Backend, status: int
) -> None:
    backend.says(fault("Server.None"), status)

    assert isinstance(await problem(soap), Missing)


PAGE = b"<html><body>hunter2</body></html>"


BAD = (Unavailable, 502, "bad-answer")
FAILED = (Unavailable, 502, "backend-error")
LATER = (Unavailable, 503, "unavailable")
OURS = (Misconfigured, 502, "misconfigured")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, PAGE, BAD),
        (200, answer()[:-9], BAD),
        (200, b"", BAD),
        (302, b"", BAD),
        (401, PAGE, OURS),
        (403, PAGE, OURS),
        (404, PAGE, OURS),  # a wrong address, and no missing thing
        (415, b"", OURS),
        (429, PAGE, LATER),
        (503, PAGE, LATER),
        (500, PAGE, FAILED),
        (500, answer(), FAILED),
    ],
)
async def test_what_is_no_soap_answer_is_judged_by_its_status(
    soap: SoapBackend, backend: Backend, status: int, body: bytes, expected: tuple[object, ...]
) -> None:
    backend.says(body, status, "text/html")

    raised = await problem(soap)

    assert (type(raised), raised.code, raised.slug) == expected
    assert b"hunter2" not in raised.body()


@pytest.mark.parametrize(
    "content",
    [
        "<Count>hunter2</Count><Price>1</Price>",
        f"{GOOD}<On>12025-01-01</On>",  # zeep would log this one, at any level
    ],
)
async def test_neither_secrets_nor_envelopes_are_logged(
    soap: SoapBackend, backend: Backend, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    caplog.set_level("DEBUG")
    backend.says(content)

    with capture_logs() as logs:
        raised = await problem(soap, Note=SECRET)

    said = f"{logs} {caplog.text} {raised.__cause__!r}"
    assert SECRET not in said
    assert "12025" not in said


async def test_a_large_reply_leaves_the_event_loop_free(
    soap: SoapBackend, backend: Backend
) -> None:
    lines = "<Line><Text>abc</Text></Line>" * 100_000
    assert len(lines) > OFF_LOOP_BYTES
    backend.says(GOOD + lines)
    call = asyncio.create_task(ask(soap))
    ticks = 0
    while not call.done():
        await asyncio.sleep(0.005)
        ticks += 1

    assert len((await call)["Line"]) == 100_000
    assert ticks > 10  # decoded on the loop, there would be two
