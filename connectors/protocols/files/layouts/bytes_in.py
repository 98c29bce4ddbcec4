"""From the bytes of a file to raw records and their text, never with more than one in memory."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from connectors.protocols.files.layouts.faults import Unfit, Unreadable
from connectors.protocols.files.layouts.layout import Encoding, FixedWidth, Layout

CHUNK = 1 << 16
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
ANY_BYTE = ("latin-1", "cp1252", "cp850")
"""Encodings in which UTF-8 reads as other letters instead of failing."""


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Capped:
    """A stream that ends the reading where it has more bytes than it may have."""

    def __init__(self, stream: Source, cap: int) -> None:
        self._stream = stream
        self._left = cap

    def read(self, size: int, /) -> bytes:
        try:
            chunk = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Unfit("not a whole gzip file") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise Unfit("unpacked, it is larger than it may be")
        return chunk


@contextmanager
def opened(path: Path, *, packed: bool, cap: int) -> Iterator[Source]:
    """`cap` is of the bytes after unpacking."""
    file: BinaryIO | gzip.GzipFile
    with gzip.open(path) if packed else path.open("rb") as file:
        yield Capped(file, cap)


def raw_records(stream: Source, layout: Layout) -> Iterator[tuple[int, bytes]]:
    """With their numbers. Blank lines are counted and left out."""
    if isinstance(layout.format, FixedWidth) and layout.format.unbroken:
        yield from _blocks(stream, layout.format.length)
        return
    for number, line in _lines(stream, layout.line_end.encode(layout.encoding), layout.longest):
        raw = _unmarked(line, layout.encoding) if number == 1 else line
        if raw.strip(b"\r"):
            yield number, raw


def decoded(raw: bytes, encoding: Encoding) -> str:
    """Raises Unreadable where the text would be other letters than were written."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not {encoding} at byte {error.start + 1}") from None
    text = text.removesuffix("\r")
    if found := CONTROLS.search(text):
        raise Unreadable(f"a control character at {found.start() + 1}: is it {encoding}?")
    if encoding in ANY_BYTE and not raw.isascii() and _is_utf_8(raw):
        raise Unreadable(f"it is UTF-8, and not {encoding}")
    return text


def _lines(stream: Source, end: bytes, longest: int) -> Iterator[tuple[int, bytes]]:
    number, rest = 0, b""
    while chunk := stream.read(CHUNK):
        *whole, rest = (rest + chunk).split(end)
        for line in [*whole, *([rest] if len(rest) > longest else [])]:
            number += 1
            if len(line) > longest:
                raise Unfit(f"line {number} is longer than {longest} bytes")
            yield number, line
    if rest:
        yield number + 1, rest


def _blocks(stream: Source, length: int) -> Iterator[tuple[int, bytes]]:
    number, rest = 0, b""
    while chunk := stream.read(CHUNK):
        rest += chunk
        for start in range(0, len(rest) - length + 1, length):
            number += 1
            yield number, rest[start : start + length]
        rest = rest[len(rest) - len(rest) % length :]
    if rest:
        raise Unfit(f"record {number + 1} is cut off: the file is not whole")


def _unmarked(line: bytes, encoding: Encoding) -> bytes:
    if line.startswith(BYTE_ORDER_MARK):
        if encoding != "utf-8":
            raise Unfit(f"it says that it is UTF-8, and {encoding} is declared")
        return line.removeprefix(BYTE_ORDER_MARK)
    if line.startswith(OTHER_MARKS) and encoding not in ("cp037", "cp273", "cp500", "cp1140"):
        raise Unfit(f"it says that it is UTF-16, and {encoding} is declared")
    return line


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
