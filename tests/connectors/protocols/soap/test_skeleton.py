"""A debug log shows the shape of what was sent, and nothing that was in it."""

import pytest
from lxml import etree
from structlog.testing import capture_logs

from connectors.protocols.soap.skeleton import skeleton
from tests.connectors.protocols.soap.envelopes import reply
from tests.connectors.protocols.soap.secured import Backend, ask, security

SECRETS = ["hunter2", "Ada Lindqvist", "ada@example.com", "4111111111111111", "nonce=="]

EVERYWHERE = """<?xml version="1.0"?><?secret hunter2?><!-- hunter2 -->
<e:Envelope xmlns:e="urn:e" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:hunter2="urn:hunter2" note="hunter2">Ada Lindqvist
  <Security><Username>Ada Lindqvist</Username><Password Type="hunter2">hunter2</Password>
    <Nonce>nonce==</Nonce></Security> ada@example.com
  <Body xsi:type="hunter2:T">
    <Name><![CDATA[Ada Lindqvist]]></Name><!-- ada@example.com -->
    <Card number="4111111111111111"/> tail 4111111111111111
    <Note xsi:nil="true"/><Other xsi:nil="false">hunter2</Other><Both xsi:nil="hunter2"/>
    <?print Ada Lindqvist?>
  </Body>ada@example.com</e:Envelope>"""


def test_nothing_but_names_and_nil_remains() -> None:
    shown = skeleton(EVERYWHERE.encode())

    assert shown == (
        "Envelope(Security(Username() Password() Nonce()) "
        "Body(Name() Card() Note(nil) Other() Both()))"
    )
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_large_message_is_shown_in_part() -> None:
    root = etree.Element("Root")
    for _ in range(100_000):
        etree.SubElement(root, "Line").text = "hunter2"

    shown = skeleton(root)

    assert len(shown) < 10_000
    assert shown.endswith("…")


async def test_a_request_is_shown_when_debugging_and_its_answer_never(backend: Backend) -> None:
    backend.says(reply())
    user = {"user": "Ada Lindqvist", "password": "hunter2"}
    with capture_logs() as logs:
        await ask(backend.client(security(reply=None, username_token=user)), Note=None)

    [shown] = [line for line in logs if line["event"] == "soap_request"]
    assert shown["log_level"] == "debug"
    assert shown["skeleton"] == (
        "Envelope(Header(Security(Timestamp(Created() Expires()) "
        "UsernameToken(Username() Password()))) Body(Ask(No() Note(nil))))"
    )
    said = str(logs)
    assert "hunter2" not in said
    assert "Ada" not in said
    assert "Answer" not in said


@pytest.mark.parametrize("digest", [True, False])
async def test_no_log_line_has_a_credential(
    backend: Backend, caplog: pytest.LogCaptureFixture, digest: bool
) -> None:
    caplog.set_level("DEBUG")
    backend.says(reply())
    token = {"user": "strata", "password": "hunter2", "digest": digest}
    with capture_logs() as logs:
        await ask(backend.client(security(reply=None, username_token=token)))

    sent = backend.envelope()
    spoken = [e.text for e in sent.iter("{*}Password", "{*}Nonce", "{*}Created") if e.text]
    assert spoken
    assert not [text for text in spoken if text in f"{logs}{caplog.text}"]
