"""A message as it came, for the one operation that cannot judge it: whoever can is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PRIVATE: Final = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
"""A caller's own; no business of whoever is asked."""


@dataclass(frozen=True, slots=True)
class Received:
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


def received(headers: Mapping[bytes, bytes], body: bytes) -> Received:
    passed = {name: value for name, value in headers.items() if name not in PRIVATE}
    texts = {name.decode("latin-1"): value.decode("latin-1") for name, value in passed.items()}
    return Received(texts, body)
