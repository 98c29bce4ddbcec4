"""How alike two names are, from 0 to 100, whatever their accents, order and titles. Nothing here calls.

Word by word: the score is that of the *worst* pair of words, so that a family does not look like one
person because of its long family name. A word too many (a middle name, `jun.`), another legal form and an
initial cost enough to be no longer the same, and too little to be nobody we know.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

LEGAL_FORMS = frozenset(
    """
    ab ag aps as asa bv co company corp corporation eg ehf ev gbr gmbh inc incorporated kg kgaa limited
    llc llp lp ltd mbh nv ohg oy oyj plc pty sa sarl sas sl sp spa srl sro ug
    """.split()  # noqa: SIM905 - forty lines otherwise
)
"""As they are once folded: `B.V.`, `S.A.R.L.`, `GmbH & Co. KG`."""

SHORT_FORMS = {"company": "co", "corporation": "corp", "incorporated": "inc", "limited": "ltd"}

FILLERS = {"and", "dr", "et", "frau", "herr", "miss", "mr", "mrs", "ms", "och", "prof", "und", "y"}

LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
"""Letters that are no others with an accent."""

SPELLED_OUT = str.maketrans({"ä": "ae", "å": "aa", "ö": "oe", "ø": "oe", "ü": "ue"})
"""As they are written where there is no such key: `Müller` is `Mueller` there, and `Muller` elsewhere."""

NOT_THE_SAME = 90.0
AN_INITIAL = 85.0


def alike(one: str, other: str) -> float:
    """100 for the same words in any order."""
    return max(_alike(one, other, {}), _alike(one, other, SPELLED_OUT))


def own_words(name: str) -> list[str]:
    """Those that a search can go by, as they are written: of more than one letter, no legal forms."""
    words = re.split(r"[^\w.'\u2019-]+", name)
    return [
        word
        for word in words
        if len(plain := folded(word)) > 1 and plain not in LEGAL_FORMS | FILLERS
    ]


def folded(text: str, spelled: Mapping[int, str | int | None] = LETTERS) -> str:
    """Small letters without accents, and single blanks; signs go, and dots inside an abbreviation."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    spread = unicodedata.normalize("NFKD", composed.translate(spelled).translate(LETTERS))
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    joined = re.sub(r"\.(?=\w\b|$)|['\u2019]", "", bare)
    return " ".join(re.sub(r"[\W_]+", " ", joined).split())


def _alike(one: str, other: str, spelled: Mapping[int, str | int | None]) -> float:
    first, second = folded(one, spelled).split(), folded(other, spelled).split()
    score = _words_alike(_own(first), _own(second))
    forms = _forms(first), _forms(second)
    return min(score, NOT_THE_SAME) if all(forms) and forms[0] != forms[1] else score


def _own(words: Sequence[str]) -> list[str]:
    """What is the name's own; all of it when there would be nothing left."""
    return [word for word in words if word not in LEGAL_FORMS | FILLERS] or list(words)


def _forms(words: Sequence[str]) -> set[str]:
    return {SHORT_FORMS.get(word, word) for word in words} & LEGAL_FORMS


def _words_alike(one: Sequence[str], other: Sequence[str]) -> float:
    if not one or not other:
        return 0.0
    if "".join(one) == "".join(other):
        return 100.0
    few, many = sorted((one, other), key=len)
    worst = min(_pairs(few, many))
    return min(worst, NOT_THE_SAME) if len(few) < len(many) else worst


def _pairs(few: Sequence[str], many: Sequence[str]) -> Iterator[float]:
    """Of each word the score with its best match; the longest choose first, and each is chosen once."""
    left = list(many)
    for word in sorted(few, key=len, reverse=True):
        scores = [_word_alike(word, candidate) for candidate in left]
        left.pop(scores.index(max(scores)))
        yield max(scores)


def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 100.0
    if min(len(one), len(other)) == 1:
        return AN_INITIAL if one[0] == other[0] else 0.0
    return fuzz.ratio(one, other)
