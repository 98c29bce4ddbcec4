"""What a schema allows, as a small model: read by the codecs, the reports and the generators.

Names of things are in Clark notation (`{namespace}local`; `local` where there is no namespace).
`key` is the name under which a value is found in what an operation takes and gives: the element's
or attribute's local name, except

- `_value_1`, `_value_2` ...: what has no name: the text of an element with attributes, a wildcard,
  a group that repeats (then a list of mappings, one per repetition),
- `_attr_1`: a mapping of the attributes that only a wildcard allows, by Clark name,
- `attr__x`: an attribute that is called as an element beside it.

Shapes are compared by identity: types refer to each other, and to themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

XSD = "http://www.w3.org/2001/XMLSchema"
TYPE_KEY = "xsi:type"
"""In a mapping: the derived type it is of, by local name or, where that is not unique, Clark."""
ANY_ATTRIBUTES = "_attr_1"
NIL_KEY = "xsi:nil"
"""In a mapping: True of an element that is nil and has attributes; without them it is just None."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What restricts a text, merged over all bases: the narrowest of each."""

    enumeration: tuple[str, ...] | None = None
    patterns: tuple[str, ...] = ()
    """XSD expressions, anchored; a text has to match each of them."""
    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_inclusive: str | None = None
    """Bounds are texts as the schema writes them: of numbers, of dates, of durations."""
    max_inclusive: str | None = None
    min_exclusive: str | None = None
    max_exclusive: str | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    white_space: Literal["preserve", "replace", "collapse"] | None = None


@dataclass(eq=False, slots=True)
class Simple:
    """A type whose values are texts."""

    name: str | None
    """None of an anonymous type; `{...XMLSchema}int` of a built-in."""
    kind: str
    """The built-in it restricts (`int`, `string`, `dateTime` ...; `anySimpleType` is any of them),
    or `list` of `item`, or `union` of `members`, the first that fits."""
    facets: Facets = field(default_factory=Facets)
    base: "Simple | None" = None
    item: "Simple | None" = None
    members: "tuple[Simple, ...]" = ()
    doc: str = ""


@dataclass(eq=False, slots=True)
class Complex:
    """A type whose values are mappings."""

    name: str | None
    base: "Complex | None" = None
    """What it is an extension or a restriction of; its parts and attributes are included."""
    abstract: bool = False
    content: "Group | None" = None
    text: Simple | None = None
    """Of an element with attributes and a text instead of elements (simpleContent)."""
    text_key: str = "_value_1"
    attributes: "tuple[Attribute, ...]" = ()
    any_attribute: bool = False
    mixed: bool = False
    """Text between the elements: the value is the whole element as Xml."""
    array_of: "Type | None" = None
    """The items of a SOAP-encoded array: the value is a list."""
    derived: "Sequence[Complex]" = ()
    """All that may be named by xsi:type in its place, itself not among them."""
    doc: str = ""


@dataclass(eq=False, slots=True)
class AnyType:
    """xs:anyType: a text, a value whose type xsi:type names, or Xml."""

    name: str | None = f"{{{XSD}}}anyType"
    doc: str = ""


Type: TypeAlias = Simple | Complex | AnyType


@dataclass(eq=False, slots=True)
class Attribute:
    name: str
    key: str
    type: Simple
    required: bool = False
    default: str | None = None
    fixed: str | None = None
    doc: str = ""


@dataclass(eq=False, slots=True)
class Element:
    name: str
    key: str
    type: Type
    min: int = 1
    max: int | None = 1
    """None: without bound."""
    nillable: bool = False
    default: str | None = None
    """Stands for the text of an element that is there and empty, not for an absent one."""
    fixed: str | None = None
    abstract: bool = False
    substitutes: "Sequence[Element]" = ()
    """Elements that may stand in its place. Where there are any, the value is a mapping of one key:
    the local name of the element that is there."""
    doc: str = ""

    @property
    def many(self) -> bool:
        """Whether the value is a list."""
        return self.max is None or self.max > 1


@dataclass(eq=False, slots=True)
class Any:
    """A wildcard: elements the schema does not name, each held as Xml."""

    key: str
    min: int = 1
    max: int | None = 1
    namespaces: str = "##any"
    """As in the schema, `##targetNamespace` spelt out."""
    process: str = "strict"

    @property
    def many(self) -> bool:
        return self.max is None or self.max > 1


@dataclass(eq=False, slots=True)
class Group:
    kind: Literal["sequence", "choice", "all"]
    parts: "tuple[Part, ...]" = ()
    min: int = 1
    max: int | None = 1
    key: str | None = None
    """Of a group that repeats; the parts of any other belong to the mapping around it."""

    @property
    def many(self) -> bool:
        return self.max is None or self.max > 1


Part: TypeAlias = Element | Any | Group


def fields(content: Group | None, loose: bool = False) -> Iterator[tuple[Part, bool]]:
    """What a mapping holds: elements, wildcards and groups that repeat, each with whether a group
    around it may leave it out, whatever its own `min` says."""
    if content is None:
        return
    if content.many:
        yield content, loose
        return
    loose = loose or content.min == 0 or content.kind == "choice"
    for part in content.parts:
        if isinstance(part, Group) and not part.many:
            yield from fields(part, loose)
        else:
            yield part, loose
