"""Of which type an element is: the declared one, or one derived from it that xsi:type names."""

from collections.abc import Iterator

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.codec.shapes import AnyType, Complex, Simple, Type
from connectors.protocols.soap.vendored import WsdlError


def type_of(element: etree._Element, declared: Type, types: Types, *, encoded: bool) -> Type:
    """Raises Wrong. `encoded`: there, xsi:type of texts and arrays has only to name a type."""
    name = names.written_type(element)
    if name is None or name == declared.name:
        kind = declared
    elif isinstance(declared, Complex) and not (encoded and declared.array_of):
        kind = next((one for one in declared.derived if one.name == name), None) or _refused(
            declared
        )
    else:
        kind = _other(name, declared, types, encoded)
    if isinstance(kind, Complex) and kind.abstract:
        raise Wrong("xsi:type to say which of several types it is")
    return kind


def _other(name: str, declared: Type, types: Types, encoded: bool) -> Type:
    try:
        kind = types.type(name)
    except WsdlError:
        raise Wrong("a type that is declared") from None
    if isinstance(declared, AnyType):
        return kind
    if encoded:
        return declared
    return kind if kind is declared or declared in _bases(kind) else _refused(declared)


def _bases(kind: Type | None) -> Iterator[Type]:
    """What it may stand in for: all it restricts, and what any text may stand in for."""
    while isinstance(kind, Simple):
        yield kind
        kind = kind.base


def _refused(declared: Type) -> Type:
    raise Wrong(f"a type derived from {names.local(declared.name or 'its own')}")
