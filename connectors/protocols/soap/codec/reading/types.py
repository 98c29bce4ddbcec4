"""The types and elements of a schema by name: read when first asked for, each once."""

from collections.abc import Mapping
from threading import RLock
from typing import NoReturn

from connectors.protocols.soap.codec.reading.arrays import items_of
from connectors.protocols.soap.codec.reading.builtins import BUILTINS
from connectors.protocols.soap.codec.reading.content import Keys, attributes_of, content_of
from connectors.protocols.soap.codec.reading.documents import (
    Declared,
    Documents,
    doc_of,
    inner,
    resolved,
)
from connectors.protocols.soap.codec.reading.simple import restricted, simple_type
from connectors.protocols.soap.codec.shapes import (
    XSD,
    AnyType,
    Attribute,
    Complex,
    Element,
    Group,
    Simple,
    Type,
)
from connectors.protocols.soap.vendored import WsdlError

ANY_TYPE = AnyType()


class Types:
    def __init__(self, served: Mapping[str, bytes]) -> None:
        """`served`: every WSDL and schema that was loaded, by address."""
        self.documents = Documents(served)
        self._types: dict[str, Type] = {f"{{{XSD}}}anyType": ANY_TYPE, **BUILTINS}
        self._elements: dict[str, Element] = {}
        self._substitutes: dict[str, list[Element]] = {}
        self._unread: dict[int, tuple[Complex, Declared]] = {}
        self._reading = False
        self._lock = RLock()  # replies are decoded in threads

    def element(self, name: str) -> Element:
        """A global element. Raises WsdlError if nothing declares it."""
        with self._lock:
            if name not in self._elements:
                self._declare(name)
                self._read_all()
            return self._elements[name]

    def type(self, name: str) -> Type:
        """Raises WsdlError if nothing declares it."""
        with self._lock:
            return self._type(name)

    def _type(self, name: str) -> Type:
        if name not in self._types:
            if at := self.documents.find("complexType", name):
                self._types[name] = self._complex(name, at)
            elif at := self.documents.find("simpleType", name):
                self._types[name] = simple_type(name, at, self.simple)
            else:
                _missing("type", name)
        self._read_all()
        return self._types[name]

    def simple(self, name: str) -> Simple:
        found = self.type(name)
        if not isinstance(found, Simple):
            raise WsdlError(f"{name} is no simple type")
        return found

    def type_at(self, at: Declared) -> Type:
        """The type of an element: named, declared in it, its substitution head's, or any."""
        if named := at.node.get("type"):
            return self.type(resolved(named, at))
        for node in inner(at.node, "complexType"):
            return self._complex(None, at._replace(node=node))
        for node in inner(at.node, "simpleType"):
            return simple_type(None, at._replace(node=node), self.simple)
        if head := at.node.get("substitutionGroup"):
            return self.element(resolved(head, at)).type
        return ANY_TYPE

    def simple_at(self, at: Declared) -> Simple:
        """The type of an attribute."""
        found = self.type_at(at)
        return found if isinstance(found, Simple) else self.simple(f"{{{XSD}}}anySimpleType")

    def _declare(self, name: str) -> None:
        local = name.rpartition("}")[2]
        at = self.documents.find("element", name)
        if at is None:
            if not name.startswith(f"{{{XSD}}}"):
                _missing("element", name)
            self._elements[name] = Element(name, local, ANY_TYPE)  # a schema as a value
            return
        node, members = at.node, self._substitutes.setdefault(name, [])
        self._elements[name] = Element(
            name, local, self.type_at(at), nillable=node.get("nillable") in ("true", "1"),
            default=node.get("default"), fixed=node.get("fixed"),
            abstract=node.get("abstract") in ("true", "1"), substitutes=members, doc=doc_of(node),
        )  # fmt: skip
        for member in self.documents.substitutes.get(name, ()):
            found = self.element(member)
            members += [found, *(m for m in found.substitutes if m not in members)]

    def _complex(self, name: str | None, at: Declared) -> Complex:
        """A type whose content is read later: it may well contain itself."""
        abstract = at.node.get("abstract") in ("true", "1")
        found = Complex(name, abstract=abstract, derived=[], doc=doc_of(at.node))
        self._unread[id(found)] = (found, at)
        return found

    def _read_all(self) -> None:
        if self._reading:
            return
        self._reading = True
        try:
            while self._unread:
                self._read(next(iter(self._unread.values()))[0])
        finally:
            self._reading = False

    def _read(self, found: Complex) -> None:
        waiting = self._unread.pop(id(found), None)
        if waiting is None:
            return
        at = waiting[1]
        found.mixed = at.node.get("mixed") in ("true", "1")
        body = next(inner(at.node, "simpleContent", "complexContent"), None)
        if body is None:
            keys = Keys()
            found.content = content_of(at, self, keys)
            self._add_attributes(found, at, keys)
        else:
            found.mixed = body.get("mixed", str(found.mixed).lower()) in ("true", "1")
            self._derive(found, at._replace(node=next(inner(body, "extension", "restriction"))))
        found.derived = self._all_derived(found.name) if found.name else []

    def _derive(self, found: Complex, at: Declared) -> None:
        base = self.type(resolved(at.node.get("base", ""), at))
        extends = at.node.tag.endswith("}extension")
        if isinstance(base, Complex):
            self._read(base)
            found.base, found.any_attribute = base, base.any_attribute and extends
            found.attributes = base.attributes
            found.mixed = found.mixed or (extends and base.mixed)
        text = (
            base if isinstance(base, Simple) else base.text if isinstance(base, Complex) else None
        )
        if text is not None:
            found.text = text if extends else restricted(None, text, at)
        keys, inherited = Keys(), None
        if extends and isinstance(base, Complex):
            inherited = base.content
            keys.take(inherited)
        found.content = _both(inherited, content_of(at, self, keys))
        self._add_attributes(found, at, keys)
        found.array_of = items_of(found, at, self)

    def _add_attributes(self, found: Complex, at: Declared, keys: Keys) -> None:
        held: dict[str, Attribute] = {a.name: a for a in found.attributes}
        for attribute, use in attributes_of(at, self):
            if attribute is None:
                found.any_attribute = True
            elif use == "prohibited":
                held.pop(attribute.name, None)
            else:
                attribute.key = keys.attribute(attribute.key)
                held[attribute.name] = attribute
        found.attributes = tuple(held.values())

    def _all_derived(self, name: str) -> list[Complex]:
        found: list[Complex] = []
        for inner_name in self.documents.derived.get(name, ()):
            derived = self.type(inner_name)
            if isinstance(derived, Complex):
                found += [derived, *self._all_derived(inner_name)]
        return found


def _both(base: Group | None, own: Group | None) -> Group | None:
    if base is None or own is None:
        return base or own
    return Group("sequence", (base, own))


def _missing(kind: str, name: str) -> NoReturn:
    raise WsdlError(f"no schema declares the {kind} {name}")
