"""Elements that hold one element after the other: read by a function that is written for the type, in a
third of the time it takes to look up every child by its name.

What was judged is in the order of the schema, so a child that has to be there is known by its place,
and only one that may be absent is asked for its name. Whatever is unusual, as an empty text or one
with blanks around it, is left to the general reader, which knows what it means.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.protocols.soap.codec.decoding.leaves import SCOPED, Reader
from connectors.protocols.soap.codec.decoding.runs import FEW
from connectors.protocols.soap.codec.shapes import Complex, Element, Group, Simple, fields
from connectors.protocols.soap.codec.texts.parsing import FAST
from connectors.protocols.soap.codec.texts.simple import parser
from connectors.protocols.soap.codec.written import Known, written


class _End:
    """Stands behind the last child."""

    tag = text = None


def straight_reader(
    kind: Complex, readers: Mapping[str, Reader], general: Reader, *, has_runs: bool
) -> Reader | None:
    """None for a type it is not made for. `readers`: of the children, by name. `has_runs`: whether
    many children are rather read by columns."""
    parts = [part for part, _ in fields(kind.content) if isinstance(part, Element)]
    if not _is_straight(kind) or len(parts) != len(list(fields(kind.content))):
        return None
    if any(part.substitutes or part.abstract for part in parts):
        return None
    known = Known(general=general, END=_End())
    few = f" or len(found) > {FEW}" if has_runs else ""
    steps = _steps([(p, loose) for p, loose in fields(kind.content)], readers, known)
    lines = [
        "def read(element):",
        "    found = element[:]",
        f"    if not found{few}:",
        "        return general(element)",
        "    try:",
        *(f"        {step}" for step in steps),
        "    except (ValueError, ArithmeticError, LookupError):",
        "        return general(element)",
    ]
    return written("read", lines, known)


def _is_straight(kind: Complex) -> bool:
    more = kind.text or kind.attributes or kind.any_attribute
    return not more and kind.content is not None and _has_order(kind.content)


def _has_order(group: Group) -> bool:
    groups = (part for part in group.parts if isinstance(part, Group) and not part.many)
    return group.kind != "all" and not group.many and all(map(_has_order, groups))


def _steps(
    parts: list[tuple[Any, bool]], readers: Mapping[str, Reader], known: Known
) -> Iterator[str]:
    """All at their places, where none is there that may be absent; else up to the first such, and
    then a walk."""
    there = [part for part, loose in parts if _is_there(part, loose)]
    if len(there) < len(parts) and not any(part.many for part, _ in parts):
        yield f"if len(found) == {len(there)}:"
        yield "    return {"
        for place, part in enumerate(there):
            yield f"        {part.key!r}: {_value(part, f'found[{place}]', readers, known)},"
        yield "    }"
    fixed = 0
    while fixed < len(parts) and _is_there(*parts[fixed]):
        fixed += 1
    yield "values = {"
    for place, (part, _) in enumerate(parts[:fixed]):
        yield f"    {part.key!r}: {_value(part, f'found[{place}]', readers, known)},"
    yield "}"
    rest = parts[fixed:]
    if rest:
        yield "found.append(END)"
        yield f"place, child = {fixed}, found[{fixed}]"
    for part, loose in rest:
        yield from _walked(part, loose, readers, known)
    yield f"if {'child is not END' if rest else f'len(found) != {fixed}'}:"
    yield "    return general(element)"
    yield "return values"


def _is_there(part: Element, loose: bool) -> bool:
    return not loose and part.min == 1 and part.max == 1


def _walked(
    part: Element, loose: bool, readers: Mapping[str, Reader], known: Known
) -> Iterator[str]:
    value = _value(part, "child", readers, known)
    put = f"values[{part.key!r}] = {value}"
    is_next, following = (
        f"child.tag == {part.name!r}:",
        "place, child = place + 1, found[place + 1]",
    )
    if part.many:
        yield from (
            "items = []",
            f"while {is_next}",
            f"    items.append({value})",
            f"    {following}",
        )
        yield f"{'if items: ' if loose else ''}values[{part.key!r}] = items"
    elif _is_there(part, loose):
        yield from (put, following)
    else:
        yield from (f"if {is_next}", f"    {put}", f"    {following}")


def _value(part: Element, child: str, readers: Mapping[str, Reader], known: Known) -> str:
    """An expression for the value of a child; its reader for what is not a text alone."""
    read = f"{known.name('reader', readers[part.name])}({child})"
    kind = part.type
    if not isinstance(kind, Simple) or kind.kind in SCOPED:
        return read
    parse, text = parser(kind), f"{child}.text"
    if parse is None:
        return f"({text} or {read})"
    fast = None if kind.item or kind.members else FAST.get(kind.kind)
    if kind.kind == "date":  # with a zone it is longer
        iso, full = known.name("iso", fast), known.name("parse", parse)
        made = f"({iso}(text) if len(text) == 10 else {full}(text))"
    else:
        made = f"{known.name('parse', fast or parse)}(text)"
    return f"({made} if (text := {text}) else {read})"
