"""The warehouse's own way with bytes: 80 to a record, EBCDIC, the sign in the last digit."""

from collections.abc import Iterator

LENGTH = 80
CODEC = "cp037"
POSITIVE, NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"


def record(*parts: tuple[str, int]) -> bytes:
    """Texts with their widths, from the left."""
    return "".join(text.ljust(width)[:width] for text, width in parts).ljust(LENGTH).encode(CODEC)


def records(content: bytes) -> Iterator[str]:
    """Raises ValueError for what is not whole records."""
    if len(content) % LENGTH:
        raise ValueError("cut off")
    for start in range(0, len(content), LENGTH):
        yield content[start : start + LENGTH].decode(CODEC)


def zoned(number: int, width: int) -> tuple[str, int]:
    digits = str(abs(number)).zfill(width)
    marks = NEGATIVE if number < 0 else POSITIVE
    return digits[:-1] + marks[int(digits[-1])], width


def unzoned(text: str) -> int:
    mark = text[-1]
    if mark in POSITIVE:
        return int(text[:-1] + str(POSITIVE.index(mark)))
    return -int(text[:-1] + str(NEGATIVE.index(mark)))


def number(value: int, width: int) -> tuple[str, int]:
    return str(value).zfill(width), width
