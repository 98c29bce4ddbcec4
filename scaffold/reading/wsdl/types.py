"""Complex types as records: one for each type, so that types that hold each other do so here as well."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from connectors.protocols.soap.codec import names as clark
from connectors.protocols.soap.codec.shapes import (
    TYPE_KEY,
    Any,
    AnyType,
    Complex,
    Element,
    Group,
    Part,
    Simple,
    Type,
)
from scaffold import names
from scaffold.reading.wsdl.leaves import ANYTHING, shape_of, wild, xml
from scaffold.system import Leaf, Listing, Member, Record, Shape

Branches = tuple[tuple[int, int], ...]


class Records:
    """The records of a schema, each made when it is first met."""

    def __init__(self) -> None:
        self._made: dict[int, Record] = {}
        self._kept: list[Type] = []  # so that no id is used twice
        self._choices = count(1)
        self.names: set[str] = set()
        self.notes: dict[str, None] = {}

    def of_message(self, element: Element, name: str, *, wrapper: bool = False) -> Record | None:
        """The content of a message; None of an empty one. `wrapper`: its elements are parts of rpc."""
        shape = self.shape(element, name)
        if not isinstance(shape, Record):
            shape = self._around(name, "_value_1", shape, element)
        elif wrapper:  # a part may always be nil, and is none of those that are
            shape.members = [replace(m, required=True, nil=False) for m in shape.members]
        return shape if shape.members else None

    def _around(self, name: str, key: str, shape: Shape, element: Element) -> Record:
        record = Record(self._name(name), doc=names.prose(element.doc))
        word = "items" if isinstance(shape, Listing) else "value"
        record.members = [Member(word, key, shape, True, element.nillable)]
        return record

    def shape(self, element: Element, name: str) -> Shape:
        """Of one occurrence of an element."""
        if element.substitutes:
            return self._substituted(element, name)
        if isinstance(element.type, Complex) and element.type.mixed:
            space, local = clark.namespace(element.name), clark.local(element.name)
            return xml(f'<{local} xmlns="{space}"/>' if space else f"<{local}/>")
        shape = self._typed(element.type, name)
        if element.fixed is not None and isinstance(shape, Leaf) and shape.conversion == "same":
            text = element.fixed
            return Leaf({"type": "string", "enum": [text]}, text, "same", text)
        return shape

    def _typed(self, kind: Type, name: str) -> Shape:
        if isinstance(kind, Simple):
            return shape_of(kind)
        if isinstance(kind, AnyType):
            return ANYTHING
        if kind.array_of is not None:
            return Listing(self._typed(kind.array_of, f"{name} item"))
        return self._record(kind, name)

    def _record(self, kind: Complex, name: str) -> Record:
        known = self._made.get(id(kind))
        if known is not None:
            return known
        title = clark.local(kind.name) if kind.name else name
        record = Record(self._name(title), doc=names.prose(kind.doc))
        self._made[id(kind)] = record
        self._kept.append(kind)
        members = list(self._members(kind, record.name))
        if derived := [d for d in kind.derived if not d.abstract]:
            members = list(self._with_derived(kind, derived, members, record))
        record.members = _distinct(members)
        return record

    def _with_derived(
        self, kind: Complex, derived: Sequence[Complex], members: list[Member], record: Record
    ) -> Iterator[Member]:
        """All that any of them holds, and which of them it is."""
        held = [
            (clark.local(one.name or ""), list(self._members(one, record.name))) for one in derived
        ]
        held.sort(key=lambda one: (_holds(one[1], record), len(one[1])))  # the first is the example
        labels = [label for label, _ in held]
        if not kind.abstract:
            held.insert(0, ("", []))
            labels.insert(0, clark.local(kind.name or ""))
        choice = next(self._choices)
        which = Leaf({"type": "string", "enum": labels}, labels[0], "same", labels[0])
        doc, first = "Which kind of it this is.", ((choice, 0),)
        yield Member("type", TYPE_KEY, which, kind.abstract, doc=doc, branches=first)
        yield from members
        known = {member.key for member in members}
        for branch, (_, more) in enumerate(held):
            for member in more:
                if member.key not in known:
                    known.add(member.key)
                    branches = ((choice, branch), *member.branches)
                    yield replace(member, required=False, nil=False, branches=branches)

    def _members(self, kind: Complex, name: str) -> Iterator[Member]:
        for attribute in kind.attributes:
            local = clark.local(attribute.name)
            shape = shape_of(attribute.type)
            if attribute.fixed is not None and isinstance(shape, Leaf):
                text = attribute.fixed
                shape = Leaf({"type": "string", "enum": [text]}, text, "same", text)
            doc = names.prose(attribute.doc)
            yield Member(names.camel(local), attribute.key, shape, attribute.required, doc=doc)
        if kind.text is not None:
            yield Member("value", kind.text_key, shape_of(kind.text), required=True)
        if kind.any_attribute:
            self.notes[
                f"{name}: attributes that its schema does not name are neither said nor read"
            ] = None
        if kind.content is not None:
            yield from self._group(kind.content, name, (), loose=False)

    def _group(
        self, group: Group, name: str, branches: Branches, *, loose: bool
    ) -> Iterator[Member]:
        if group.many:
            yield self._repeated(group, name, branches, loose=loose)
            return
        loose = loose or group.min == 0 or group.kind == "choice"
        choice = next(self._choices) if group.kind == "choice" else None
        for number, part in enumerate(group.parts):
            inside = branches if choice is None else (*branches, (choice, number))
            yield from self._part(part, name, inside, loose=loose)

    def _part(self, part: Part, name: str, branches: Branches, *, loose: bool) -> Iterator[Member]:
        if isinstance(part, Group):
            yield from self._group(part, name, branches, loose=loose)
            return
        if isinstance(part, Any):
            one = wild(part.namespaces)
            shape: Shape = Listing(one, part.min, part.max) if part.many else one
            required = not loose and part.min > 0
            yield Member("other", part.key, shape, required, branches=branches)
            return
        local = clark.local(part.name)
        shape = self.shape(part, f"{name} {local}")
        if part.many:
            shape = Listing(shape, part.min, part.max)
        required = not loose and part.min > 0
        nil = part.nillable and required and not part.many
        doc = names.prose(part.doc)
        yield Member(names.camel(local), part.key, shape, required and not nil, nil, doc, branches)

    def _repeated(self, group: Group, name: str, branches: Branches, *, loose: bool) -> Member:
        record = Record(self._name(f"{name} item"))
        single = Group(group.kind, group.parts)
        record.members = _distinct(list(self._group(single, record.name, (), loose=False)))
        shape = Listing(record, group.min, group.max)
        required = not loose and group.min > 0
        return Member("items", group.key or "_value_1", shape, required, branches=branches)

    def _substituted(self, element: Element, name: str) -> Record:
        """One member for each element that may stand there; just one of them does."""
        record = Record(self._name(f"{name} choice"), doc="Just one of its members.")
        choice = next(self._choices)
        for number, one in enumerate(e for e in (element, *element.substitutes) if not e.abstract):
            local = clark.local(one.name)
            shape = self._typed(one.type, local)
            branch = ((choice, number),)
            record.members.append(Member(names.camel(local), local, shape, branches=branch))
        return record

    def _name(self, title: str) -> str:
        made = names.free(names.pascal(title), self.names)
        self.names.add(made)
        return made


def _distinct(members: list[Member]) -> list[Member]:
    """Each with a name of its own; of one key in two branches of a choice the first."""
    found: dict[str, Member] = {}
    taken: set[str] = set()
    for member in members:
        if member.key in found:
            continue
        name = names.free(member.name, taken)
        taken.add(name)
        found[member.key] = replace(member, name=name)
    return list(found.values())


def _holds(members: list[Member], record: Record) -> bool:
    shapes = [m.shape.item if isinstance(m.shape, Listing) else m.shape for m in members]
    return any(shape is record for shape in shapes)
