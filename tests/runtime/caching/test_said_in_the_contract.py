"""What a contract may say with `x-cache`, and what it is refused for."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import Contract
from tests.runtime.caching.kept import NAME
from tests.runtime.probe import ROOT

CANONICAL = (ROOT / "../../../contracts/canonical.yaml").resolve()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"stale-if-error": 5}, "a mapping with max-age is expected"),
        ("30", "a mapping with max-age is expected"),
        ({"max-age": -1}, "max-age is a number of seconds"),
        ({"max-age": True}, "max-age is a number of seconds"),
        ({"max-age": 1, "stale-if-eror": 5}, "stale-if-eror is unknown"),
        ({"max-age": 1, "public": "yes"}, "public is true or false"),
    ],
)
def test_what_cannot_be_meant_is_named(tmp_path: Path, said: Any, fault: str) -> None:
    assert faults_of(tmp_path, "get", said) == [f"getThing: x-cache: {fault}"]


def test_only_reads_are_kept(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "put", {"max-age": 1}) == [
        "putThing: x-cache: only the answers of a GET are kept",
        "putThing: x-cache: a caller with our ETag is answered 304, which is not declared",
    ]


def faults_of(folder: Path, method: str, said: Any) -> list[str]:
    document = yaml.safe_load((ROOT / f"{NAME}.yaml").read_text())
    document["paths"]["/things/{thingId}"][method]["x-cache"] = said
    text = yaml.safe_dump(document).replace(
        "../../../../../contracts/canonical.yaml", str(CANONICAL)
    )
    path = folder / f"{NAME}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(ContractError) as caught:
        _ = Contract.load(NAME, folder).operations
    return caught.value.faults
