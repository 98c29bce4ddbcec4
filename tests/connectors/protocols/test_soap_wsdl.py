"""A WSDL is read from pinned files only, and used only if it is whole."""

import hashlib
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.schema import Schema
from connectors.protocols.soap.vendored import PINS, WsdlError
from connectors.protocols.soap.wsdl import load
from tests.connectors.protocols.soap.codec.spoken import payload
from tests.connectors.protocols.soap_material import TYPES, vendored, wsdl

PUBLISHED = Path(__file__).parents[3] / ".." / "shared" / "wsdl"
"""WSDLs of real services, where somebody put them beside the repository."""

published = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="no published WSDLs at ../shared/wsdl"
)


TWO_PARTS = '<part name="body" element="t:Ask"/><part name="more" element="t:Answer"/>'
OTHER = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other"/>'


def importing(location: str, namespace: str = "urn:other") -> str:
    return wsdl(f'<xs:import namespace="{namespace}" schemaLocation="{location}"/>{TYPES}')


def test_a_whole_wsdl_gives_its_operations(tmp_path: Path) -> None:
    port = load(vendored(tmp_path, main=wsdl()))

    assert list(port.operations) == ["Ask"]
    assert port.operation("Ask").action == "urn:test/Ask"


def test_an_import_from_the_network_is_refused_and_nobody_is_called(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/types.xsd"

        with pytest.raises(WsdlError, match=f"{url} is imported but not vendored"):
            load(vendored(tmp_path, main=importing(url)))
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("location", ["../secret.xsd", "{outside}", "file://{outside}"])
def test_an_import_from_elsewhere_on_the_disk_is_refused(tmp_path: Path, location: str) -> None:
    outside = tmp_path / "secret.xsd"
    outside.write_text(OTHER)
    folder = tmp_path / "vendor"
    folder.mkdir()

    with pytest.raises(WsdlError, match=r"secret\.xsd is imported but not vendored"):
        load(vendored(folder, main=importing(location.format(outside=outside))))


def test_a_vendored_import_is_found(tmp_path: Path) -> None:
    load(vendored(tmp_path, main=importing("types.xsd"), types_xsd=OTHER))


def test_a_well_known_schema_needs_no_copy(tmp_path: Path) -> None:
    url = "http://www.w3.org/2001/xml.xsd"

    load(vendored(tmp_path, main=importing(url, "http://www.w3.org/XML/1998/namespace")))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda d: (d / "main.wsdl").write_text(wsdl() + " "), "is not the file that was pinned"),
        (lambda d: (d / "main.wsdl").unlink(), "main.wsdl is pinned but missing"),
        (lambda d: (d / "extra.xsd").write_text(""), "extra.xsd is not pinned"),
        (lambda d: (d / PINS).unlink(), "no pins.sha256"),
    ],
)
def test_files_that_differ_from_their_pins_are_refused(
    tmp_path: Path, spoil: object, says: str
) -> None:
    main = vendored(tmp_path, main=wsdl())
    assert callable(spoil)
    spoil(tmp_path)

    with pytest.raises(WsdlError, match=re.escape(says)):
        load(main)


def test_a_dtd_is_refused(tmp_path: Path) -> None:
    text = wsdl().replace("<definitions", '<!DOCTYPE definitions [<!ENTITY a "b">]><definitions', 1)

    with pytest.raises(WsdlError, match="zeep cannot read it"):
        load(vendored(tmp_path, main=text))


def test_an_operation_that_zeep_drops_is_named(tmp_path: Path) -> None:
    with pytest.raises(WsdlError, match="could not resolve 1 of the operations: B/Ask"):
        load(vendored(tmp_path, main=wsdl(answer="Nowhere")))


def test_a_schema_libxml2_cannot_use_is_used_by_us_alone_and_says_so(tmp_path: Path) -> None:
    odd = TYPES.replace("<xs:complexType>", '<xs:complexType nillable="true">', 1)

    port = load(vendored(tmp_path, main=wsdl(odd)))

    assert "libxml2 cannot use its schema" in str(port.unjudged)
    operation = port.operation("Ask")
    assert operation.decode(payload("<Count>3</Count><Price>1.50</Price>"))["Count"] == 3
    with pytest.raises(ReplyError, match="Count: expected a whole number"):
        operation.decode(payload("<Count>three</Count><Price>1.50</Price>"))


def test_libxml2_reads_vendored_schemas_only(tmp_path: Path) -> None:
    outside = tmp_path / "secret.xsd"
    outside.write_text(OTHER)

    with pytest.raises(WsdlError, match=r"Failed to parse the XML resource .*secret\.xsd"):
        Schema({"file:///main.wsdl": importing(f"file://{outside}").encode()})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('name="body" element="t:Ask"', 'name="body" type="t:Ask"'), "a part with a type"),
        (('<part name="body" element="t:Ask"/>', TWO_PARTS), "several parts in one Body"),
        (('use="literal"', 'use="encoded"'), "document style with SOAP encoding"),
    ],
)
def test_an_operation_nobody_can_mean_is_not_spoken(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    text = wsdl(f'{TYPES}<xs:complexType name="Ask"/>').replace(*change)

    port = load(vendored(tmp_path, main=text))

    with pytest.raises(WsdlError, match=f"Ask cannot be spoken: {says}"):
        port.operation("Ask")


def test_an_operation_that_is_not_declared_is_no_operation(tmp_path: Path) -> None:
    with pytest.raises(WsdlError, match="Tell is not among the operations"):
        load(vendored(tmp_path, main=wsdl())).operation("Tell")


def test_the_binding_may_say_which_part_is_in_the_body(tmp_path: Path) -> None:
    text = wsdl().replace('<part name="body" element="t:Ask"/>', TWO_PARTS)
    text = text.replace('<input><s:body use="literal"/>', '<input><s:body parts="body"/>')

    request = load(vendored(tmp_path, main=text)).operation("Ask").request

    assert request is not None
    assert request.name == "{urn:test}Ask"


def test_a_port_among_several_is_chosen_by_name(tmp_path: Path) -> None:
    second = '<port name="Spare" binding="t:B"><s:address location="http://b.invalid/"/></port>'
    main = vendored(tmp_path, main=wsdl().replace("</service>", f"{second}</service>"))

    with pytest.raises(WsdlError, match="which port"):
        load(main)
    assert load(main, "Spare").operations


def test_zeep_is_not_imported_before_a_wsdl_is_loaded() -> None:
    code = "import sys, connectors.erp.sandbox_soap; sys.exit('zeep' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


DROPPED = {"geotrust": 1, "servicestack-portaplus": 64}
UNJUDGED = {"partner-service"}
"""Their schema is none: libxml2 cannot use it, and we judge alone."""


def mains() -> list[tuple[str, str]]:
    if not PUBLISHED.is_dir():
        return []
    rows = re.findall(r"^\| ([\w-]+) \| (\S+) \| \d+/", (PUBLISHED / "README.md").read_text(), re.M)
    return [(str(name), str(file)) for name, file in rows]


@published
@pytest.mark.parametrize(("name", "file"), mains())
def test_a_published_wsdl_loads_whole_or_says_what_is_lost(
    tmp_path: Path, name: str, file: str
) -> None:
    main = pinned_copy(PUBLISHED / name, tmp_path) / file
    port = first_soap_port(main)

    if name in DROPPED:
        with pytest.raises(WsdlError, match=f"could not resolve {DROPPED[name]} of the operations"):
            load(main, port)
    else:
        loaded = load(main, port)
        assert loaded.operations
        assert not loaded.unspoken
        assert (loaded.unjudged is not None) == (name in UNJUDGED)


def pinned_copy(source: Path, folder: Path) -> Path:
    lines = []
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (folder / PINS).write_text("".join(lines))
    return folder


def first_soap_port(main: Path) -> str:
    ports = etree.parse(main).iter("{http://schemas.xmlsoap.org/wsdl/}port")
    return next(p.get("name", "") for p in ports if "/soap" in "".join(str(e.tag) for e in p))
