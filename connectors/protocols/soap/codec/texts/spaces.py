"""White space as XML understands it: blank, tab, line feed, carriage return. Not what Python does:
`str.split` takes the no-break space of a French number for white space, too."""

from collections.abc import Callable, Mapping

_TO_BLANKS = {9: 32, 10: 32, 13: 32}


def replaced(text: str) -> str:
    return text.translate(_TO_BLANKS)


def words(text: str) -> list[str]:
    return [word for word in text.translate(_TO_BLANKS).split(" ") if word]


def collapsed(text: str) -> str:
    return " ".join(words(text))


NORMALISED: Mapping[str | None, Callable[[str], str]] = {
    None: str,
    "preserve": str,
    "replace": replaced,
    "collapse": collapsed,
}
"""By the facet `whiteSpace`."""
