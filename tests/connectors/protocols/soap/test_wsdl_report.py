"""The fidelity report: what of a vendored WSDL holds, to people and to machines."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.protocols.soap import command
from tests.connectors.protocols.soap_material import TYPES, vendored, wsdl

XMIME = "http://www.w3.org/2005/05/xmlmime"
RICH = f"""
<xs:simpleType name="Colour"><xs:restriction base="xs:string">
  <xs:enumeration value="red"/><xs:enumeration value="blue"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Rate"><xs:restriction base="xs:decimal">
  <xs:minInclusive value="0"/><xs:fractionDigits value="2"/></xs:restriction></xs:simpleType>
<xs:element name="Paint"><xs:complexType><xs:sequence>
  <xs:element name="Code"><xs:simpleType><xs:restriction base="xs:string">
    <xs:pattern value="[A-Z]+"/></xs:restriction></xs:simpleType></xs:element>
  <xs:element name="Picture" type="xs:base64Binary" xmlns:xmime="{XMIME}"
    xmime:expectedContentTypes="image/png"/>
</xs:sequence></xs:complexType></xs:element>
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    command.main(["report", *arguments, "--json"])
    answer: dict[str, Any] = orjson.loads(capsys.readouterr().out)
    return answer


def test_the_sandbox_erp_is_held_to_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, "erp/sandbox")

    (port,) = report["ports"]
    assert (port["name"], port["soap"]) == ("SalesPort", "1.1")
    assert not any(operation["obstacle"] for operation in port["operations"])
    assert {o["style"] + "/" + o["use"] for o in port["operations"]} == {"document/literal"}
    assert report["libxml2"] is None
    assert not report["errors"]


def test_facets_and_attachments_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = told(capsys, str(vendored(tmp_path, main=wsdl(TYPES + RICH))))

    assert report["facets"] == {
        "enumerations": ["Colour"],
        "patterns": ["Paint/Code"],
        "lengths": ["Ask/No"],
        "ranges": ["Rate"],
        "digits": ["Rate"],
    }
    assert report["attachments"] == ["Paint/Picture"]


def test_headers_and_mime_parts_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = '<input><s:header message="t:Login" part="Ticket" use="literal"/>'
    login = '<message name="Login"><part name="Ticket" element="t:Ask"/></message>'
    text = wsdl().replace("<input><s:body", f"{header}<s:body")
    main = vendored(tmp_path, main=text.replace("<portType", f"{login}<portType"))

    (port,) = told(capsys, str(main))["ports"]
    assert port["operations"][0]["headers"] == ["Ticket"]


def test_dropped_operations_are_errors_of_a_report_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = vendored(tmp_path, main=wsdl(answer="Nowhere"))

    (port,) = told(capsys, str(main))["ports"]
    assert [o["obstacle"] for o in port["operations"]] == ["the WSDL cannot be used"]
    assert command.main(["report", str(main)]) == 1
    assert "ERROR: main.wsdl: " in (said := capsys.readouterr().out)
    assert "B/Ask" in said


def test_one_port_among_several_can_be_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = '<port name="Spare" binding="t:B"><s:address location="http://b.invalid/"/></port>'
    main = vendored(tmp_path, main=wsdl().replace("</service>", f"{second}</service>"))

    assert [port["name"] for port in told(capsys, str(main))["ports"]] == ["Main", "Spare"]
    assert [p["name"] for p in told(capsys, str(main), "--port", "Spare")["ports"]] == ["Spare"]
    assert told(capsys, str(main), "--port", "No")["errors"] == ["main.wsdl has no SOAP port No"]


def test_a_port_that_is_not_soap_is_not_passed_over_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    http = (
        '<binding name="H" type="t:P" xmlns:h="http://schemas.xmlsoap.org/wsdl/http/">'
        '<h:binding verb="GET"/><operation name="Ask"><h:operation location="/a"/>'
        "<input><h:urlEncoded/></input><output/></operation></binding><service"
    )
    port = (
        '<port name="Get" binding="t:H"><h:address location="http://b.invalid/" '
        'xmlns:h="http://schemas.xmlsoap.org/wsdl/http/"/></port></service>'
    )
    text = wsdl().replace("<service", http).replace("</service>", port)

    report = told(capsys, str(vendored(tmp_path, main=text)))
    assert report["other_ports"] == ["Get"]
    assert [p["name"] for p in report["ports"]] == ["Main"]


@pytest.mark.parametrize("service", ["", '<service name="Part"/>'])
@pytest.mark.parametrize("place", ["{folder}", "{folder}/main.wsdl"])
def test_a_folder_is_reported_on_by_the_service_that_nothing_imports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, service: str
) -> None:
    part = f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">{service}</definitions>'
    text = wsdl().replace("<types>", '<import namespace="" location="part.wsdl"/><types>')
    vendored(tmp_path, main=text, part=part)

    assert told(capsys, place.format(folder=tmp_path))["files"] == ["main.wsdl", "part.wsdl"]


@pytest.mark.parametrize(
    ("files", "says"),
    [({"a": wsdl(), "b": wsdl()}, "which is the WSDL? Name"), ({}, "there is none")],
)
def test_a_folder_without_one_main_file_asks_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], says: str
) -> None:
    vendored(tmp_path, **files)

    assert command.main(["report", str(tmp_path)]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", ["erp/nobody", "nonsense", "../../etc"])
def test_a_name_nobody_vendored_is_refused(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert command.main(["report", name]) == 1
    assert name in capsys.readouterr().err


def test_check_finds_every_vendored_wsdl_as_pinned(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check"]) == 0
    assert "none not as pinned" in capsys.readouterr().out


def test_check_names_what_is_not_as_pinned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = vendored(tmp_path, main=wsdl())
    main.write_text(wsdl() + " ")

    assert command.main(["check", str(tmp_path)]) == 1
    assert "main.wsdl is not the file that was pinned" in capsys.readouterr().out
