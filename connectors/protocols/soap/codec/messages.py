"""What an operation sends and gets, from zeep's reading of the WSDL to shapes."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.codec.shapes import XSD, Complex, Element, Group, Part, Type


@dataclass(frozen=True, slots=True)
class Body:
    """What a binding says of a Body."""

    use: str = "literal"
    parts: tuple[str, ...] | None = None
    """None: all."""


@dataclass(frozen=True, slots=True)
class Message:
    body: Element | None = None
    """Of rpc the wrapper, with a part in each element."""
    headers: tuple[Element, ...] = ()


def message_of(message: Any, types: Types, parts: Collection[str], *, rpc: bool) -> Message:
    """`message`: zeep's, or None. `parts`: those in the Body. Raises WsdlError."""
    if message is None or message.body is None or not (rpc or parts):
        return Message(headers=_headers(message, types))
    if rpc:
        body = _wrapper(message.body, types, parts)
    else:
        [name] = parts
        body = types.element(message.abstract.parts[name].element.qname.text)
    return Message(body, _headers(message, types))


def parts_of(message: Any, said: Collection[str] | None) -> list[str]:
    """The names of the parts in the Body: those the binding says, else all that are no headers.
    zeep goes by the latter alone."""
    if message is None or message.abstract is None:
        return []
    headers = message.header.type.elements if message.header is not None else ()
    taken = {element.attr_name for _, element in headers}
    return [
        name
        for name in message.abstract.parts
        if name in (said or ()) or (said is None and name not in taken)
    ]


def faults_of(operation: Any, types: Types) -> dict[str, Element]:
    """What the details of the declared faults hold."""
    faults = operation.abstract.fault_messages
    return {
        name: types.element(part.element.qname.text)
        for name in operation.faults
        for part in (faults[name].parts.values() if name in faults else ())
        if part.element is not None
    }


def _headers(message: Any, types: Types) -> tuple[Element, ...]:
    if message is None or message.header is None:
        return ()
    return tuple(_part(element, types) for _, element in message.header.type.elements)


def is_wrapper(body: Element) -> bool:
    """Of rpc: no schema declares it."""
    return body.key == ""


def _wrapper(body: Any, types: Types, parts: Collection[str]) -> Element:
    name, held = body.qname.text, body.type.elements
    elements = tuple(_part(element, types) for key, element in held if key in parts)
    kind = Complex(None, content=Group("sequence", elements))
    return Element(name, "", kind)


def _part(element: Any, types: Types) -> Element:
    """A part by its element, or by its type: then it may be nil, as there is nothing to say no."""
    name = element.qname.text
    if element.is_global:
        return types.element(name)
    return Element(name, names.local(name), types.type(element.type.qname.text), nillable=True)


def all_types(*roots: Element | None) -> Iterator[Type]:
    """Every type that a message of these elements may hold, each once."""
    seen: set[Type] = set()
    waiting: list[Type] = [root.type for root in roots if root is not None]
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        yield kind
        if isinstance(kind, Complex):
            waiting += kind.derived
            waiting += [element.type for element in all_elements(kind.content)]
            waiting += [attribute.type for attribute in kind.attributes]
            waiting += [kind.array_of] if kind.array_of else []


def all_elements(part: Part | None) -> Iterator[Element]:
    """The elements of a content, with those that may stand in their place."""
    if isinstance(part, Element):
        yield from (part, *part.substitutes)
    elif isinstance(part, Group):
        for inner in part.parts:
            yield from all_elements(inner)


def namespaces(roots: Iterable[Element]) -> set[str]:
    """All that a message of these elements may name; of types, those that xsi:type may name."""
    roots = list(roots)
    found = {names.namespace(root.name) for root in roots}
    for kind in all_types(*roots):
        if kind.name and not kind.name.startswith(f"{{{XSD}}}"):
            found.add(names.namespace(kind.name))
        if isinstance(kind, Complex):
            found |= {names.namespace(element.name) for element in all_elements(kind.content)}
            found |= {names.namespace(attribute.name) for attribute in kind.attributes}
    return found - {""}
