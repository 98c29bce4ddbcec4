"""The schemas everybody has: whole, judged by libxml2 and read by zeep, each under every address."""

from pathlib import Path

import pytest
from lxml import etree

from connectors.protocols.soap import well_known
from connectors.protocols.soap.vendoring.documents import references
from connectors.protocols.soap.wsdl import load
from tests.connectors.protocols.soap_material import TYPES, vendored, wsdl

FOLDER = Path(well_known.__file__).parent


def root(url: str) -> etree._Element:
    return etree.parse(FOLDER / well_known.FILES[url]).getroot()


@pytest.mark.parametrize(("namespace", "url"), well_known.BY_NAMESPACE.items())
def test_a_wsdl_that_imports_a_well_known_schema_loads(
    tmp_path: Path, namespace: str, url: str
) -> None:
    text = f'<xs:import namespace="{namespace}" schemaLocation="{url}"/>{TYPES}'

    assert load(vendored(tmp_path, main=wsdl(text))).operations
    assert root(url).get("targetNamespace") == namespace


def test_no_file_lies_there_unused() -> None:
    assert {path.name for path in FOLDER.glob("*.xsd")} == set(well_known.FILES.values())


@pytest.mark.parametrize("url", well_known.BY_NAMESPACE.values())
def test_they_refer_to_each_other_by_the_address_that_is_served(url: str) -> None:
    for reference in references(root(url)):
        assert well_known.CANONICAL[reference.location] == reference.location
