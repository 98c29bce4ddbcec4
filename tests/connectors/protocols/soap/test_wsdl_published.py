"""WSDLs of real services: each is vendored whole, or refused naming what would be lost."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.protocols.soap import command

PUBLISHED = Path(__file__).parents[4] / ".." / "shared" / "wsdl"

DROPPED = {
    "geotrust": ["querySoapBinding/GetQuickApproverList"],
    "servicestack-portaplus": ["WSHttpBinding_IOneWay/APIAdminLogin"],
}
INVALID = {"partner-service": "The attribute 'nillable' is not allowed"}
"""What libxml2 has against a schema that is used all the same."""
NOT_SOAP = {"texas-geocoder": 8}
"""Operations of HTTP bindings, which the published table counts."""


def rows() -> list[tuple[str, str, int]]:
    if not PUBLISHED.is_dir():
        return []
    table = (PUBLISHED / "README.md").read_text()
    found = re.findall(r"^\| ([\w-]+) \| (\S+) \| (\d+)/", table, re.M)
    return [(str(name), str(file), int(declared)) for name, file, declared in found]


pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="no published WSDLs at ../shared/wsdl"
)


@pytest.mark.parametrize(("name", "file", "declared"), rows())
def test_a_published_wsdl_is_vendored_whole_or_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, file: str, declared: int
) -> None:
    main, folder = str(PUBLISHED / name / file), tmp_path / name

    status = command.main(["add", "erp/theirs", main, "--to", str(folder), "--json"])

    report: dict[str, Any] = orjson.loads(capsys.readouterr().out)
    by_binding = {port["binding"]: len(port["operations"]) for port in report["ports"]}
    assert sum(by_binding.values()) + NOT_SOAP.get(name, 0) == declared
    if name in DROPPED:
        assert status == 1
        assert all(lost in " ".join(report["errors"]) for lost in DROPPED[name])
        assert not folder.exists()
        return
    assert status == 0
    assert not any(o["obstacle"] for port in report["ports"] for o in port["operations"])
    assert command.main(["check", str(folder)]) == 0
    if name in INVALID:
        assert INVALID[name] in report["libxml2"]
    else:
        assert report["libxml2"] is None
