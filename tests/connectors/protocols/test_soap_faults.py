"""A fault becomes the problem its rule names, and nothing the vendor wrote leaves with it."""

import pytest

from connectors.protocols.soap.envelope import message_in
from connectors.protocols.soap.faults import Fault, FaultRule, fault_in, problem_of
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable
from tests.connectors.protocols.soap_material import SOAP_12, answer, envelope, fault

BUSINESS = '<b:Business xmlns:b="urn:b"><b:Code>NONE</b:Code><b:At>Line[2]</b:At></b:Business>'
SOAP_12_FAULT = """<e:Fault><e:Code><e:Value>e:Sender</e:Value>
  <e:Subcode><e:Value>v:FailedAuthentication</e:Value></e:Subcode></e:Code>
  <e:Reason><e:Text>no</e:Text></e:Reason><e:Detail><Business><Code>X</Code></Business></e:Detail>
</e:Fault>"""


def read(body: bytes) -> Fault | None:
    payload = message_in(body).payload()
    assert payload is not None
    return fault_in(payload)


def test_a_soap_11_fault_is_read() -> None:
    assert read(fault("Server", "text", BUSINESS)) == Fault(
        "Server", "Business", {"Code": "NONE", "At": "Line[2]"}, "text"
    )


def test_a_soap_12_fault_is_read() -> None:
    assert read(envelope(SOAP_12_FAULT, version=SOAP_12)) == Fault(
        "Sender.FailedAuthentication", "Business", {"Code": "X"}, "no"
    )


def test_attributes_of_a_detail_are_read_and_the_first_of_a_name_counts() -> None:
    detail = '<Errors count=" 2 "><Error code="E1">a</Error><Error code="E2">b</Error></Errors>'

    assert read(fault("Server", "", detail)) == Fault(
        "Server", "Errors", {"@count": "2", "@code": "E1", "Error": "a"}
    )


@pytest.mark.parametrize("body", [answer(), envelope('<Fault xmlns="urn:test"/>')])
def test_an_answer_is_no_fault(body: bytes) -> None:
    assert read(body) is None


def test_a_fault_without_anything_is_still_one() -> None:
    assert read(envelope("<e:Fault/>")) == Fault("")


RULES = (
    FaultRule(Missing, "no such thing", fields={"Code": "NONE"}, during={"Get"}),
    FaultRule(
        Rejected,
        "no such line",
        detail="Business",
        fields={"Code": "NONE", "At": r"Line\[\d+\]"},
        status=409,
        kind="no-line",
        points_at=lambda fault: f"/lines/{fault.fields['At'][5]}",
    ),
    FaultRule(Rejected, "not a VAT number", reason="INVALID_INPUT|.*not valid", kind="no-vat"),
)


def judged(operation: str, fault: Fault) -> Problem:
    return problem_of("erp", operation, fault, RULES)


def test_the_first_rule_that_fits_decides() -> None:
    known = Fault("Server", "Business", {"Code": "NONE", "At": "Line[2]"})

    assert isinstance(judged("Get", known), Missing)
    other = judged("Create", known)
    assert (type(other), other.code, other.slug) == (Rejected, 409, "no-line")
    assert other.document["errors"] == [{"detail": "no such line", "pointer": "#/lines/2"}]


@pytest.mark.parametrize(
    ("reason", "slug"),
    [
        ("INVALID_INPUT", "no-vat"),
        ("123 is not valid", "no-vat"),
        ("NO INVALID_INPUT", "unavailable"),
    ],
)
def test_a_fault_may_be_known_by_its_text_alone(reason: str, slug: str) -> None:
    assert judged("Check", Fault("Server", reason=reason)).slug == slug


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("Server", Unavailable),
        ("Receiver", Unavailable),
        ("", Unavailable),
        ("Server\nor so", Unavailable),
        ("Client", Misconfigured),
        ("Sender.Whatever", Misconfigured),
        ("VersionMismatch", Misconfigured),
        ("MustUnderstand", Misconfigured),
        ("Client.Authentication", Misconfigured),
        ("FailedAuthentication", Misconfigured),
        ("InvalidSecurityToken", Misconfigured),
        ("UnsupportedAlgorithm", Misconfigured),
        ("MessageExpired", Misconfigured),
        ("Sender.InvalidAddressingHeader.InvalidAction", Misconfigured),
        ("ActionNotSupported", Misconfigured),
        ("Receiver.EndpointUnavailable", Unavailable),
        ("Sender.EndpointUnavailable", Unavailable),
        ("Clientele", Unavailable),
    ],
)
def test_a_fault_no_rule_names_is_judged_by_its_code(code: str, family: type[Problem]) -> None:
    assert type(judged("Get", Fault(code))) is family


def test_what_the_vendor_wrote_stays_out_of_the_problem_and_the_repr() -> None:
    found = read(fault("Server", "Ada Lindqvist owes 3", "<b><Text>Ada Lindqvist</Text></b>"))

    assert found is not None
    assert found.fields["Text"] == "Ada Lindqvist"
    assert b"Ada" not in judged("Get", found).body()
    assert "Ada" not in repr(found)
