"""Simple types, with the facets of all their bases."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.protocols.soap.codec.reading.documents import Declared, doc_of, inner, resolved
from connectors.protocols.soap.codec.shapes import Facets, Simple

Lookup = Callable[[str], Simple]
"""A simple type by its name."""

_NUMBERS = {
    "length": "length",
    "minLength": "min_length",
    "maxLength": "max_length",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
}
_BOUNDS = {
    "minInclusive": "min_inclusive",
    "maxInclusive": "max_inclusive",
    "minExclusive": "min_exclusive",
    "maxExclusive": "max_exclusive",
}


def simple_type(name: str | None, at: Declared, lookup: Lookup) -> Simple:
    """What a simpleType declares."""
    doc = doc_of(at.node)
    for step in inner(at.node, "restriction", "list", "union"):
        here = at._replace(node=step)
        if step.tag.endswith("}restriction"):
            base = _named_or_inner(here, "base", lookup)
            return restricted(name, base, here, doc)
        if step.tag.endswith("}list"):
            item = _named_or_inner(here, "itemType", lookup)
            return Simple(name, "list", Facets(white_space="collapse"), item=item, doc=doc)
        named = [lookup(resolved(n, here)) for n in step.get("memberTypes", "").split()]
        nested = [
            simple_type(None, here._replace(node=n), lookup) for n in inner(step, "simpleType")
        ]
        return Simple(name, "union", members=(*named, *nested), doc=doc)
    raise ValueError("a simpleType without a restriction, list or union")


def restricted(name: str | None, base: Simple, at: Declared, doc: str = "") -> Simple:
    """`base` with the facets of a restriction."""
    facets = _narrowed(base.facets, at)
    return replace(base, name=name, base=base, facets=facets, doc=doc)


def _named_or_inner(at: Declared, attribute: str, lookup: Lookup) -> Simple:
    if named := at.node.get(attribute):
        return lookup(resolved(named, at))
    node = next(inner(at.node, "simpleType"))
    return simple_type(None, at._replace(node=node), lookup)


def _narrowed(base: Facets, at: Declared) -> Facets:
    own: dict[str, Any] = {}
    enumeration, patterns = [], []
    for facet in at.node.iterchildren("{*}*"):
        kind, value = facet.tag.rpartition("}")[2], facet.get("value", "")
        if kind == "enumeration":
            enumeration.append(value)
        elif kind == "pattern":
            patterns.append(value)
        elif kind in _NUMBERS:
            own[_NUMBERS[kind]] = int(value)
        elif kind in _BOUNDS:
            own[_BOUNDS[kind]] = value.strip()
        elif kind == "whiteSpace":
            own["white_space"] = value
    if enumeration:
        own["enumeration"] = tuple(enumeration)
    if patterns:  # of one step, any may match; of several steps, all have to
        one = patterns[0] if len(patterns) == 1 else "|".join(f"({p})" for p in patterns)
        own["patterns"] = (*base.patterns, one)
    return replace(base, **own)
