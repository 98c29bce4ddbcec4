"""Texts, names and prefixes in XML."""

import re
from collections.abc import Callable, Mapping

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.texts.lexical import FORBIDDEN

_MEANT = re.compile("[&<>\r]")
"""Characters that mean something to whoever reads XML."""

_LOCAL = re.compile(r"[^\W\d][\w.·-]*")

Out = Callable[[str], None]
"""Takes the pieces of the message in their order."""


def escaped(text: str) -> str:
    if not _MEANT.search(text):
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")  # else it would arrive as \n


def quoted(text: str) -> str:
    """As the value of an attribute, in its quotes."""
    text = escaped(text).replace('"', "&quot;")
    return f'"{text.replace(chr(9), "&#9;").replace(chr(10), "&#10;")}"'


class Prefixes:
    """One prefix per namespace, the same in every message of a port."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._of = dict(namespaces)

    def name(self, tag: str) -> str:
        """A Clark name as it stands in the message."""
        space = names.namespace(tag)
        return f"{self._of[space]}:{names.local(tag)}" if space else names.local(tag)

    def declared(self, spaces: set[str]) -> str:
        """The declarations for the root."""
        used = ((self._of[space], space) for space in self._of if space in spaces - {names.XML})
        return "".join(f" xmlns:{prefix}={quoted(space)}" for prefix, space in used)


def qualified(name: str, prefix: str = "q") -> tuple[str, str]:
    """A Clark name as the text of an xs:QName, and the declaration it needs where it stands."""
    space = names.namespace(name)
    if FORBIDDEN.search(name) or not _LOCAL.fullmatch(names.local(name)):
        raise Wrong("a name, with its namespace in braces before it")
    if not space:
        return name, ""
    return f"{prefix}:{names.local(name)}", f" xmlns:{prefix}={quoted(space)}"
