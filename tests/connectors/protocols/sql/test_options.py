"""A wrong setting is named at start, by its key."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.protocols.sql.options import SqlOptions, Writing

SERVER: dict[str, Any] = {
    "driver": "postgresql",
    "database": "wms",
    "host": "db.test",
    "user": "strata",
    "password": "s3cr3t",
}
FILE: dict[str, Any] = {"driver": "sqlite", "database": "wms.db"}


class WritingOptions(SqlOptions):
    writable: Writing


def faults(kind: type[SqlOptions], options: dict[str, Any]) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(options)
    assert "s3cr3t" not in str(caught.value)
    return [error["loc"] for error in caught.value.errors()]


def test_a_server_and_a_file_are_both_fine() -> None:
    assert SqlOptions.model_validate(SERVER).tls
    assert SqlOptions.model_validate(FILE).host is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"driver": "oracle"}, "driver"),
        ({"host": None}, "host"),
        ({"user": None}, "user"),
        ({"password": None}, "password"),
        ({"database": ""}, "database"),
        ({"port": 70000}, "port"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"prefix": "WMS.; DROP TABLE X; --"}, "prefix"),
        ({"prefix": "A.B.C"}, "prefix"),
        ({"tls_ca": "/nowhere/ca.pem"}, "tls_ca"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"pasword": "x"}, "pasword"),
    ],
)
def test_a_wrong_option_is_named(wrong: dict[str, Any], named: str) -> None:
    assert faults(SqlOptions, SERVER | wrong) == [(named,)]


def test_a_file_has_no_host_and_no_password() -> None:
    assert faults(SqlOptions, FILE | {"host": "db.test", "password": "s3cr3t"}) == [
        ("host",),
        ("password",),
    ]


def test_a_vendor_that_writes_has_to_be_granted_it() -> None:
    assert faults(WritingOptions, FILE) == [("writable",)]
    assert faults(WritingOptions, FILE | {"writable": False}) == [("writable",)]
    assert WritingOptions.model_validate(FILE | {"writable": True}).writable
