"""An id is one part of a path, whatever is in it, and never none."""

import re
from typing import Any

import pytest

from runtime.calls.paths import segment
from runtime.contracts.contract import CONTRACTS
from runtime.problems import Rejected


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_what_would_make_it_another_path_is_the_callers_to_change(value: str) -> None:
    with pytest.raises(Rejected) as refused:
        segment(value)
    assert (refused.value.code, refused.value.slug) == (400, "invalid-parameter")


def test_none_is_a_defect() -> None:
    nothing: Any = None
    with pytest.raises(TypeError):
        segment(nothing)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("C-1001", "C-1001"),
        ("a/b", "a%2Fb"),
        ("...", "..."),
        ("%2e%2e", "%252e%252e"),
        ("å?", "%C3%A5%3F"),
    ],
)
def test_anything_else_is_one_part(value: str, written: str) -> None:
    assert segment(value) == written


def test_ids_get_into_paths_in_no_other_way() -> None:
    """`quote` beside it would let the empty one through again."""
    root = CONTRACTS.parent
    places = [*root.glob("connectors/**/*.py"), *root.glob("contracts/clients/**/*.py")]
    other = [p for p in places if re.search(r'f"/[^"]*\{quote\(', p.read_text())]
    assert [p.relative_to(root).as_posix() for p in other] == [
        "connectors/crm/salesforce/org.py"
    ]  # SOQL, in a query
