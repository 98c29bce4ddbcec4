"""What a complex type holds: groups, elements, wildcards and attributes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from connectors.protocols.soap.codec.reading.documents import (
    Declared,
    Documents,
    clark,
    doc_of,
    inner,
    resolved,
)
from connectors.protocols.soap.codec.shapes import (
    XSD,
    Any,
    Attribute,
    Element,
    Group,
    Part,
    Simple,
    Type,
)


class Types(Protocol):
    """What is known of the rest of the schema."""

    documents: Documents

    def element(self, name: str) -> Element: ...
    def simple(self, name: str) -> Simple: ...
    def type_at(self, at: Declared) -> Type: ...
    def simple_at(self, at: Declared) -> Simple: ...


@dataclass(slots=True)
class Keys:
    """The keys of one mapping, none given twice to different things."""

    _tags: dict[str, str] = field(default_factory=dict)
    _nameless: int = 0

    def of(self, tag: str, name: str) -> str:
        number, key = 0, name
        while self._tags.setdefault(key, tag) != tag:
            number += 1
            key = f"{name}__{number}"
        return key

    def nameless(self) -> str:
        self._nameless += 1
        return f"_value_{self._nameless}"

    def attribute(self, name: str) -> str:
        return f"attr__{name}" if name in self._tags else name

    def take(self, content: Group | None) -> None:
        """Those a base type has given."""
        for part in content.parts if content else ():
            if isinstance(part, Element):
                self._tags[part.key] = part.name
            elif part.key:
                self._nameless += 1
            if isinstance(part, Group) and not part.many:
                self.take(part)


def content_of(at: Declared, types: Types, keys: Keys) -> Group | None:
    """The group a complexType, extension or restriction holds; None if there is none."""
    for node in inner(at.node, "sequence", "choice", "all", "group"):
        return _group(at._replace(node=node), types, keys)
    return None


def _group(at: Declared, types: Types, keys: Keys) -> Group:
    low, high = _occurs(at)
    key = None if high == 1 else keys.nameless()
    within = keys if high == 1 else Keys()  # each repetition is a mapping of its own
    kind = at.node.tag.rpartition("}")[2]
    if kind == "group":
        declared = types.documents.find("group", resolved(at.node.get("ref", ""), at))
        content = content_of(declared, types, within) if declared else None
        parts: tuple[Part, ...] = (content,) if content else ()
        return Group("sequence", parts, low, high, key)
    parts = tuple(_parts(at, types, within))
    return Group(cast(Literal["sequence", "choice", "all"], kind), parts, low, high, key)


def _parts(at: Declared, types: Types, keys: Keys) -> Iterator[Part]:
    for node in inner(at.node, "element", "any", "sequence", "choice", "all", "group"):
        here = at._replace(node=node)
        kind = node.tag.rpartition("}")[2]
        if kind == "element":
            yield element_of(here, types, keys)
        elif kind == "any":
            low, high = _occurs(here)
            spaces = node.get("namespace", "##any")
            spaces = spaces.replace("##targetNamespace", at.scope.namespace)
            if spaces == "##other":
                spaces = f"##other {at.scope.namespace}".strip()
            yield Any(keys.nameless(), low, high, spaces, node.get("processContents", "strict"))
        else:
            yield _group(here, types, keys)


def element_of(at: Declared, types: Types, keys: Keys) -> Element:
    """A local element, or a reference to a global one."""
    node, (low, high) = at.node, _occurs(at)
    if ref := node.get("ref"):
        it = types.element(resolved(ref, at))
        key = keys.of(it.name, it.name.rpartition("}")[2])
        return Element(
            it.name, key, it.type, low, high, it.nillable, it.default, it.fixed, it.abstract,
            it.substitutes, it.doc,
        )  # fmt: skip
    local = node.get("name", "")
    form = node.get("form")
    qualified = form == "qualified" if form else at.scope.elements_qualified
    tag = clark(at.scope.namespace if qualified else None, local)
    return Element(
        tag, keys.of(tag, local), types.type_at(at), low, high,
        node.get("nillable") in ("true", "1"), node.get("default"), node.get("fixed"),
        doc=doc_of(node),
    )  # fmt: skip


def attributes_of(at: Declared, types: Types) -> Iterator[tuple[Attribute | None, str]]:
    """Attributes with their use; None for a wildcard."""
    for node in inner(at.node, "attribute", "attributeGroup", "anyAttribute"):
        here = at._replace(node=node)
        kind = node.tag.rpartition("}")[2]
        if kind == "anyAttribute":
            yield None, "optional"
        elif kind == "attribute":
            yield _attribute(here, types), node.get("use", "optional")
        elif group := types.documents.find("attributeGroup", resolved(node.get("ref", ""), here)):
            yield from attributes_of(group, types)


def _attribute(at: Declared, types: Types) -> Attribute:
    node, scope = at.node, at.scope
    required = node.get("use") == "required"
    if ref := node.get("ref"):
        name = resolved(ref, at)
        declared = types.documents.find("attribute", name)
        kind = types.simple_at(declared) if declared else types.simple(f"{{{XSD}}}string")
        around = declared.node if declared else node
    else:
        form = node.get("form")
        qualified = form == "qualified" if form else scope.attributes_qualified
        name = clark(scope.namespace if qualified else None, node.get("name", ""))
        kind, around = types.simple_at(at), node
    default = node.get("default", around.get("default"))
    fixed = node.get("fixed", around.get("fixed"))
    key = name.rpartition("}")[2]
    return Attribute(name, key, kind, required, default, fixed, doc_of(around))


def _occurs(at: Declared) -> tuple[int, int | None]:
    high = at.node.get("maxOccurs", "1").strip()
    return int(at.node.get("minOccurs", "1")), None if high == "unbounded" else int(high)
