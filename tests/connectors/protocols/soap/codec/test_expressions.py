"""Patterns are matched as XML Schema means them, and in a time that grows with the text only."""

import re
import time
from random import Random

import pytest

from connectors.protocols.soap.codec.texts.automata import fitting, keeps_busy

ATOMS = ("a", "b", "[ab]", "[^a]", "[0-9]", "x", "-", ",", "[0-9.]", "[+\\-]", "\\.")
TIMES = ("*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}")


def made(random: Random, depth: int = 4) -> str:
    """An expression that means the same to Python."""
    kind = random.randrange(8)
    if depth == 0 or kind < 3:
        return random.choice(ATOMS)
    if kind < 5:
        return made(random, depth - 1) + made(random, depth - 1)
    if kind == 5:
        return f"({made(random, depth - 1)}|{made(random, depth - 1)})"
    return f"({made(random, depth - 1)}){random.choice(TIMES)}"


def test_what_fits_an_expression_is_what_fits_it_in_python() -> None:
    random = Random(1)  # noqa: S311 # repeatable, not secret
    for _ in range(2_000):
        expression = made(random)
        fits, theirs = fitting(expression), re.compile(expression)
        assert fits is not None
        for _ in range(6):
            text = "".join(random.choices("aabbx1.,-", k=random.randrange(7)))
            assert fits(text) == (theirs.fullmatch(text) is not None), (expression, text)


@pytest.mark.parametrize(
    ("expression", "fit", "unfit"),
    [
        ("[a-z-[aeiou]]+", "xyz", "xaz"),
        ("[^a-z-[0-9]]", "A", "5"),
        (r"\p{Lu}\p{Ll}*", "Éa", "éa"),
        (r"\p{IsGreek}+", "αβ", "ab"),
        (r"\P{L}", "1", "a"),
        (r"\d", "٣", "a"),
        (r"\i\c*", "a-1", "-a"),
        (r"\S+\s\S+", "a b", "ab"),
        (".", "^", "\n"),
        ("^a$", "^a$", "a"),  # no anchors: they are characters like others
        ("a|", "", "b"),
        (r"[\[\]\\]", "]", "a"),
        (r"\(\)\{\}", "(){}", "()"),
        (r"\p{L}{1,255}", "é" * 255, "é" * 256),
    ],
)
def test_what_is_not_pythons_is_what_xml_schema_says(expression: str, fit: str, unfit: str) -> None:
    fits = fitting(expression)

    assert fits is not None
    assert fits(fit)
    assert not fits(unfit)


@pytest.mark.parametrize(
    "expression",
    ["(a+)+b", "(a|aa)+b", "(.*a){12}c", "((a{0,10}){0,10}){0,10}b", "(a*)*(a*)*(a*)*b"],
)
def test_no_expression_takes_long(expression: str) -> None:
    """Going one way after the other, the first takes Python longer than anybody lives, and the
    third half a second in libxml2, before it gives up."""
    fits = fitting(expression)
    assert fits is not None
    started = time.process_time()

    assert not fits("a" * 20_000)
    assert not fits("aab" * 7_000)

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "expression", ["(a", "a)", "a**", "[a", "a{", "a{3,2}", r"\p{Nope}", "{2}", "(x{1,999}){1,999}"]
)
def test_what_is_no_expression_or_too_large_is_not_held(expression: str) -> None:
    assert fitting(expression) is None


@pytest.mark.parametrize(
    "expression",
    [
        "GET|POST|PUT|DELETE|HEAD|TRACE|A|B|C|D|E|F|I|J|K|L|M|N|O|Q|R|S|U|V|W|X|Y|Z",
        r"\-?P(\d*D)?(T(\d*H)?(\d*M)?(\d*(\.\d*)?S)?)?",
        r"[_a-zA-Z0-9\-\+\.]+@[a-zA-Z0-9\-]+(\.[a-zA-Z0-9\-]+)*(\.[a-zA-Z]+)",
        "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}",
        r"\p{L}{1,255}",
    ],
)
def test_what_real_schemas_have_keeps_nobody_busy(expression: str) -> None:
    assert not keeps_busy(expression)
