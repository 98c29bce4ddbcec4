"""Names in Clark notation, and what xsi says."""

from collections.abc import Iterable

from lxml import etree

from connectors.protocols.soap.codec.shapes import Complex

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
NIL = f"{{{XSI}}}nil"
TYPE = f"{{{XSI}}}type"
TRUE = ("true", "1")


def local(name: str) -> str:
    return name.rpartition("}")[2]


def namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def written_type(element: etree._Element) -> str | None:
    """What xsi:type says, in Clark notation."""
    written = element.get(TYPE)
    return None if written is None else in_scope(written, element)


def in_scope(name: str, element: etree._Element) -> str:
    """A prefixed name in Clark notation; an unknown prefix is no namespace."""
    prefix, _, last = name.strip().rpartition(":")
    space = element.nsmap.get(prefix or None)
    return f"{{{space}}}{last}" if space else last


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    """By name in Clark notation."""
    found: list[tuple[str, str]] = element.items()  # type: ignore[assignment] # the stubs say bytes, too
    return found


def labels(types: Iterable[Complex]) -> dict[str, Complex]:
    """What a value may call its type: the local name where it says which, and the whole."""
    found: dict[str, Complex] = {}
    ambiguous = set()
    for kind in types:
        name = kind.name or ""
        if local(name) in found:
            ambiguous.add(local(name))
        found[local(name)] = found[name] = kind
    return {label: kind for label, kind in found.items() if label not in ambiguous}
