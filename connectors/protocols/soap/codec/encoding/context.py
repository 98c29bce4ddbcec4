"""What all writers of a port share."""

from collections.abc import Callable
from typing import Any, Protocol

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.encoding.escaping import Out, Prefixes
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.codec.shapes import XSD, Complex, Element, Type

Write = Callable[[Any, Out], None]
"""Writes an element, or what is in one, of a value. Raises Wrong."""

Fallback = Callable[[str, str, Any], str]
"""How zeep writes: the element, of a type's name, the element's name and a value."""


class Context(Protocol):
    types: Types
    prefixes: Prefixes
    fallback: Fallback
    encoded: bool

    def element(self, element: Element) -> Write: ...

    @property
    def content(self) -> Callable[[Complex], Write]:
        """Writes what follows the name of an element of exactly this type, up to its end tag."""

    @property
    def straight(self) -> Callable[[Complex], Callable[[Any], str]]:
        """What such an element holds, as text; of types that are straight (straight.py)."""


def said(kind: Type, context: Context) -> str:
    """xsi:type, where every element has it."""
    return type_of(kind, context) if context.encoded else ""


def type_of(kind: Type, context: Context) -> str:
    """xsi:type naming a type; nothing for one that has no name."""
    if kind.name is None:
        return ""
    name, declared = type_name(kind.name, context)
    return f'{declared} xsi:type="{name}"'


def type_name(name: str, context: Context) -> tuple[str, str]:
    """A type's name as it stands in the message, and the declaration it needs."""
    if names.namespace(name) == XSD:
        return f"xsd:{names.local(name)}", f' xmlns:xsd="{XSD}"'
    return context.prefixes.name(name), ""
