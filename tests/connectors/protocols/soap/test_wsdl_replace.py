"""A vendored WSDL is replaced on purpose only, and what that changes is told."""

from pathlib import Path

import orjson
import pytest

from connectors.protocols.soap import command
from connectors.protocols.soap.wsdl import load
from tests.connectors.protocols.soap_material import TYPES, wsdl

NEW_OPERATION = (
    '<portType name="P"><operation name="Tell"><input message="t:In"/></operation>',
    '<operation name="Tell"><s:operation soapAction="urn:test/Tell"/>'
    '<input><s:body use="literal"/></input></operation></binding>',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "acme"


def add(folder: Path, text: str, *options: str) -> int:
    main = folder.with_name("main.wsdl")
    main.write_text(text)
    return command.main(["add", "erp/acme", str(main), "--to", str(folder), *options])


def newer() -> str:
    text = wsdl(
        TYPES.replace('value="5"', 'value="9"')
        + '<xs:simpleType name="New"><xs:restriction base="xs:string"/></xs:simpleType>'
    )
    port_type, binding = NEW_OPERATION
    return text.replace('<portType name="P">', port_type).replace("</binding>", binding)


def test_the_same_again_changes_nothing(folder: Path) -> None:
    assert add(folder, wsdl()) == 0
    before = folder.stat().st_ino

    assert add(folder, wsdl()) == 0
    assert folder.stat().st_ino == before


def test_another_version_is_refused_unless_it_shall_replace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(folder, wsdl())

    assert add(folder, newer()) == 1
    assert "holds another version" in capsys.readouterr().err
    assert list(load(folder / "main.wsdl").operations) == ["Ask"]


def test_what_a_replacement_changes_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(folder, wsdl())
    capsys.readouterr()

    assert add(folder, newer(), "--replace") == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith(("added", "removed", "changed"))] == [
        "added: operation B/Tell",
        "added: simpleType {urn:test}New",
        "changed: element {urn:test}Ask",
    ]
    assert sorted(load(folder / "main.wsdl").operations) == ["Ask", "Tell"]


def test_the_way_back_tells_what_is_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(folder, newer())
    capsys.readouterr()

    assert add(folder, wsdl(), "--replace", "--json") == 0
    assert orjson.loads(capsys.readouterr().out)["differences"] == {
        "added": [],
        "removed": ["operation B/Tell", "simpleType {urn:test}New"],
        "changed": ["element {urn:test}Ask"],
    }


def test_another_indentation_or_comment_is_no_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(folder, wsdl())
    capsys.readouterr()
    other = wsdl().replace("<xs:element", "<!-- here -->\n\n  <xs:element")

    assert add(folder, other, "--replace", "--json") == 0
    said = orjson.loads(capsys.readouterr().out)
    assert not any(said["differences"].values())


def test_a_broken_version_does_not_replace_a_good_one(folder: Path) -> None:
    add(folder, wsdl())

    assert add(folder, wsdl(answer="Nowhere"), "--replace") == 1
    assert load(folder / "main.wsdl").operations


def test_a_folder_of_other_things_is_never_replaced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")

    assert add(folder, wsdl(), "--replace") == 1
    assert "holds other things" in capsys.readouterr().err
    assert (folder / "thesis.txt").exists()
