"""Lines are put where they belong, and nothing else changes."""

import pytest

from scaffold.insertions import before, into_block, into_flow, into_list
from scaffold.system import Refused

TOML = """\
[[contracts]]
name = "Others"  # stays
modules = [
    "b",
]

[[contracts]]
name = "Ours"
modules = [
    "a",  # why
    "c",
]
"""


def test_a_list_keeps_its_order_and_comments() -> None:
    changed = into_list('"Ours"', "modules", "b")(TOML)

    assert changed == TOML.replace('    "a",  # why\n', '    "a",  # why\n    "b",\n')


@pytest.mark.parametrize("rest", ["", "\n", "\n# the next\nnext:\n  x: 1\n"])
def test_a_block_gets_a_last_line(rest: str) -> None:
    text = f"first: 1\nbackends:\n  a: {{x: 1}}  # why{rest}"

    changed = into_block("backends:", "  b: 2")(text)

    assert changed.startswith("first: 1\nbackends:\n  a: {x: 1}  # why\n  b: 2\n")
    assert changed.replace("  b: 2\n", "").strip() == text.strip()


def test_a_one_line_list_gets_an_item_below_its_section_alone() -> None:
    text = 'a:\n  scopes: ["x"]\nb:\n  scopes: ["y"]\n'

    assert into_flow("\nb:", "scopes", "z")(text) == text.replace('["y"]', '["y", "z"]')


@pytest.mark.parametrize(
    "change", [into_list('"None"', "modules", "x"), before("none", "x"), into_block("none:", "x")]
)
def test_a_place_that_is_not_there_is_named(change: object) -> None:
    assert callable(change)
    with pytest.raises(Refused, match="there is no"):
        change(TOML)
