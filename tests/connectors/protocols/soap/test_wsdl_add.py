"""`strata wsdl add`: everything a WSDL imports comes along, and nothing is fetched."""

from pathlib import Path

import orjson
import pytest
from lxml import etree

from connectors.protocols.soap import command, well_known
from connectors.protocols.soap.vendored import PINS
from connectors.protocols.soap.vendoring import documents
from connectors.protocols.soap.wsdl import load
from tests.connectors.protocols.soap_material import TYPES, wsdl

XS = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"
NAME = '<xs:simpleType name="Name"><xs:restriction base="xs:string"/></xs:simpleType>'


def schema(namespace: str = "urn:other", inner: str = NAME) -> str:
    xmlns = f'xmlns:xs="{XS}" xmlns:o="urn:other"'
    return f'<xs:schema {xmlns} targetNamespace="{namespace}">{inner}</xs:schema>'


def imports(location: str, namespace: str = "urn:other") -> str:
    return f'<xs:import namespace="{namespace}" schemaLocation="{location}"/>'


class Published:
    """A WSDL as somebody sent it, in folders of theirs, and the command to vendor it."""

    def __init__(self, place: Path) -> None:
        self.place = place / "theirs" / "wsdl"
        self.folder = place / "ours" / "acme"
        self.main = self.write("main.wsdl", wsdl())

    def write(self, name: str, text: str) -> Path:
        path = (self.place / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def importing(self, *locations: str) -> None:
        self.write("main.wsdl", wsdl("".join(map(imports, locations)) + TYPES))

    def add(self, *options: str) -> int:
        return command.main(["add", "erp/acme", str(self.main), "--to", str(self.folder), *options])

    def vendored(self) -> list[str]:
        load(self.folder / "main.wsdl")  # reads pinned files only
        return sorted(path.name for path in self.folder.iterdir() if path.name != PINS)


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return Published(tmp_path)


def test_a_wsdl_without_imports_is_taken_as_it_is(published: Published) -> None:
    assert published.add() == 0
    assert published.vendored() == ["main.wsdl"]
    assert (published.folder / "main.wsdl").read_bytes() == published.main.read_bytes()


@pytest.mark.parametrize("location", ["types.xsd", "./types.xsd"])
def test_a_file_beside_it_is_taken_and_the_wsdl_is_not_touched(
    published: Published, location: str
) -> None:
    published.importing(location)
    published.write("types.xsd", schema())

    assert published.add() == 0
    assert published.vendored() == ["main.wsdl", "types.xsd"]
    assert (published.folder / "main.wsdl").read_bytes() == published.main.read_bytes()


@pytest.mark.parametrize("location", ["deep/er/types.xsd", "../types/types.xsd", "a%20b/types.xsd"])
def test_a_file_in_another_folder_is_taken_and_nothing_leads_out(
    published: Published, location: str
) -> None:
    published.importing(location)
    published.write(location.replace("%20", " "), schema())

    assert published.add() == 0
    assert published.vendored() == ["main.wsdl", "types.xsd"]
    assert location not in (published.folder / "main.wsdl").read_text()


def test_two_files_of_one_name_stay_two(published: Published) -> None:
    """zeep alone takes the second include of a relative name for the first."""
    published.importing("a/a.xsd")
    include = '<xs:include schemaLocation="{}"/>'
    published.write("a/a.xsd", schema(inner=include.format("x.xsd") + include.format("../b/x.xsd")))
    published.write("a/x.xsd", schema())
    published.write("b/x.xsd", schema(inner=NAME.replace("Name", "Other")))

    assert published.add() == 0
    assert published.vendored() == ["a.xsd", "main.wsdl", "x-2.xsd", "x.xsd"]


def test_schemas_that_import_each_other_are_taken_once(published: Published) -> None:
    published.importing("a.xsd")
    published.write("a.xsd", schema(inner=imports("b.xsd", "urn:b") + NAME))
    published.write("b.xsd", schema("urn:b", imports("a.xsd")))

    assert published.add() == 0
    assert published.vendored() == ["a.xsd", "b.xsd", "main.wsdl"]


def test_wsdls_that_import_each_other_are_taken_once(published: Published) -> None:
    back = '<import namespace="urn:test" location="main.wsdl"/>'
    published.write("main.wsdl", wsdl().replace("<types>", f"{back.replace('main', 'b')}<types>"))
    empty = f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">{back}</definitions>'
    published.write("b.wsdl", empty)

    assert published.add() == 0
    assert published.vendored() == ["b.wsdl", "main.wsdl"]


@pytest.mark.parametrize(
    "url", ["http://www.w3.org/2001/xml.xsd", "https://www.w3.org/2001/xml.xsd"]
)
def test_a_well_known_schema_needs_no_copy_under_whichever_address(
    published: Published, url: str
) -> None:
    published.write("main.wsdl", wsdl(imports(url, XML) + TYPES))

    assert published.add() == 0
    assert published.vendored() == ["main.wsdl"]


def test_two_addresses_of_a_well_known_schema_become_one(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    """To libxml2 and zeep they would be two schemas that declare the same names."""
    one, other = "http://www.w3.org/2001/xml.xsd", "http://www.w3.org/2001/03/xml.xsd"
    published.write("main.wsdl", wsdl(imports("a.xsd") + imports(one, XML) + TYPES))
    published.write("a.xsd", schema(inner=imports(other, XML) + NAME))

    assert published.add("--json") == 0
    assert orjson.loads(capsys.readouterr().out)["well_known"] == [well_known.BY_NAMESPACE[XML]]
    assert published.vendored() == ["a.xsd", "main.wsdl"]


def test_a_data_set_as_dot_net_declares_it_can_be_judged(published: Published) -> None:
    """It refers to s:schema and imports it nowhere, which libxml2 does not forgive."""
    data_set = '<xs:element ref="xs:schema"/><xs:any/></xs:sequence>'
    published.write("main.wsdl", wsdl(TYPES.replace("</xs:sequence>", data_set, 1)))

    assert published.add() == 0
    assert load(published.folder / "main.wsdl").operations


def test_an_array_whose_schema_is_not_imported_can_be_judged(published: Published) -> None:
    soapenc = "http://schemas.xmlsoap.org/soap/encoding/"
    array = (
        f'<xs:complexType name="Names" xmlns:soapenc="{soapenc}"><xs:complexContent>'
        '<xs:restriction base="soapenc:Array"><xs:attribute ref="soapenc:arrayType"/>'
        "</xs:restriction></xs:complexContent></xs:complexType>"
    )
    published.write("main.wsdl", wsdl(TYPES + array))

    assert published.add() == 0
    assert load(published.folder / "main.wsdl").operations


def test_an_import_from_the_network_is_named_with_what_to_do(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.importing("http://b.invalid/types.xsd?v=1", "http://b.invalid/more.xsd")

    assert published.add() == 1
    said = capsys.readouterr().err
    assert "http://b.invalid/types.xsd?v=1, which is not fetched; give it as --import" in said
    assert "http://b.invalid/more.xsd" in said  # all at once
    assert not published.folder.exists()


def test_an_import_from_the_network_is_taken_from_a_file_that_is_given(
    published: Published,
) -> None:
    url = "http://b.invalid/svc?xsd=xsd0"
    published.importing(url)
    other = published.write(
        "../elsewhere/saved xsd (0).xsd", schema(inner=imports("b.xsd", "urn:b"))
    )
    published.write("../elsewhere/b.xsd", schema("urn:b"))

    assert published.add("--import", f"{url}={other}") == 0
    assert published.vendored() == ["b.xsd", "main.wsdl", "saved-xsd-0-.xsd"]


def test_an_import_that_nothing_asks_for_is_a_mistake(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    given = f"http://b.invalid/a.xsd={published.write('a.xsd', schema())}"

    assert published.add("--import", given) == 1
    assert "nothing imports http://b.invalid/a.xsd" in capsys.readouterr().err


@pytest.mark.parametrize("location", ["/etc/hostname", "file:///etc/hostname", "gone.xsd"])
def test_an_import_that_leads_to_no_file_of_theirs_is_refused(
    published: Published, capsys: pytest.CaptureFixture[str], location: str
) -> None:
    published.importing(location)

    assert published.add() == 1
    assert f"main.wsdl imports {location}, which is not" in capsys.readouterr().err


DTD = '<!DOCTYPE x [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DTD + schema(), "types.xsd has a DTD"),
        ("<xs:schema", "types.xsd is no XML"),
        ("root:x:0:0:", "types.xsd is no XML"),
        ("<html xmlns='urn:h'/>", "neither a WSDL 1.1 nor a schema but a html of urn:h"),
        ("<description xmlns='http://www.w3.org/ns/wsdl'/>", "neither a WSDL 1.1 nor a schema"),
        ("<a>" * 300, "types.xsd is no XML"),
    ],
)
def test_what_is_no_schema_is_refused_by_name(
    published: Published, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    published.importing("types.xsd")
    published.write("types.xsd", text)

    assert published.add() == 1
    assert says in capsys.readouterr().err
    assert not published.folder.exists()


def test_a_file_over_the_cap_is_refused(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.importing("types.xsd")
    published.write("types.xsd", schema() + " " * documents.MAX_BYTES)

    assert published.add() == 1
    assert "types.xsd has over 16 MB" in capsys.readouterr().err


def test_a_wsdl_that_is_not_there_is_named(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.main.unlink()

    assert published.add() == 1
    assert "main.wsdl: No such file" in capsys.readouterr().err


def test_an_operation_that_zeep_drops_is_an_error_with_its_name(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.write("main.wsdl", wsdl(answer="Nowhere"))

    assert published.add() == 1
    assert "1 of the operations: B/Ask" in capsys.readouterr().out
    assert not published.folder.exists()
    assert not list(published.folder.parent.iterdir())  # nor what it was tried in


def test_a_file_is_changed_in_its_references_only(published: Published) -> None:
    published.importing("deep/types.xsd")
    published.write("deep/types.xsd", schema())
    published.add()

    vendored, theirs = etree.parse(published.folder / "main.wsdl"), etree.parse(published.main)
    for element in vendored.iter(f"{{{XS}}}import"):
        element.set("schemaLocation", "deep/types.xsd")
    assert etree.tostring(vendored, method="c14n") == etree.tostring(theirs, method="c14n")
