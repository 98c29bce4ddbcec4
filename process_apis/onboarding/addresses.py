"""How alike two addresses are, from 0 to 100, whatever the abbreviations. Nothing here calls.

Neighbours are no near misses: another house number, postal code or country is another address.
"""

import re

from rapidfuzz import fuzz

from contracts.models.canonical import Address
from process_apis.onboarding.names import NOT_THE_SAME, folded

ABBREVIATED = {
    "av": "ave",
    "avenue": "ave",
    "bd": "blvd",
    "boulevard": "blvd",
    "court": "ct",
    "drive": "dr",
    "lane": "ln",
    "place": "pl",
    "platz": "pl",
    "road": "rd",
    "saint": "st",
    "sankt": "st",
    "square": "sq",
    "straat": "str",
    "strasse": "str",
    "street": "st",
    "ulica": "ul",
}
ENDINGS = {"gatan": "g", "platz": "pl", "straat": "str", "strasse": "str", "vagen": "v"}
"""Of words that are written in one: `Hauptstraße` is `Hauptstr.`."""

UNTOLD = {"apartment", "apt", "flat", "lgh", "no", "nr", "unit", "wohnung"}
"""Before a number, which says it all."""


def alike(one: Address, other: Address) -> float:
    if one.country != other.country or _code(one) != _code(other):
        return 0.0
    (street, numbers), (other_street, other_numbers) = _street(one), _street(other)
    score = fuzz.token_sort_ratio(street, other_street)
    if numbers == other_numbers:
        return score
    same_house = numbers[:1] == other_numbers[:1]  # one of them also names the flat
    more = bool(numbers and other_numbers) and (not numbers[1:] or not other_numbers[1:])
    return min(score, NOT_THE_SAME) if same_house and more else 0.0


def _code(address: Address) -> str:
    return folded(address.postal_code).replace(" ", "")


def _street(address: Address) -> tuple[str, list[str]]:
    """Its words, and its numbers: `14 b` is `14b`."""
    text = re.sub(r"(\d) ([a-z])\b", r"\1\2", folded(address.street))
    words = [word for word in text.split() if word not in UNTOLD]
    numbers = [word for word in words if any(sign.isdecimal() for sign in word)]
    return " ".join(_abbreviated(word) for word in words if word not in numbers), numbers


def _abbreviated(word: str) -> str:
    for ending, short in ENDINGS.items():
        if word.endswith(ending) and word != ending:
            return word.removesuffix(ending) + short
    return ABBREVIATED.get(word, word)
