"""What elements hold that hold one element after the other, as text: by a function that is written for
the type, for values as they usually are. For anything else it raises one of UNUSUAL, and the general
writer writes it, or says what is wrong and where.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from connectors.protocols.soap.codec.encoding.context import Context
from connectors.protocols.soap.codec.encoding.escaping import Out, escaped
from connectors.protocols.soap.codec.encoding.parts import Values, piece_of
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.obstacles import obstacle
from connectors.protocols.soap.codec.shapes import Complex, Element, Group, Part, Simple
from connectors.protocols.soap.codec.texts.facets import restrictions
from connectors.protocols.soap.codec.texts.lexical import CHANGED
from connectors.protocols.soap.codec.texts.simple import Unfit, text_maker
from connectors.protocols.soap.codec.written import Known, written

Text = Callable[[Any], str]


class Unusual(Exception):
    """Not a mapping as it usually is."""


UNUSUAL = (Unusual, Unfit, Wrong, LookupError)


def is_straight(kind: Complex) -> bool:
    more = kind.text or kind.attributes or kind.any_attribute or kind.mixed or kind.array_of
    return not more and not kind.abstract and obstacle(kind) is None and _is_one(kind.content)


def straight_text(kind: Complex, context: Context) -> Text:
    """Of a straight type; raises one of UNUSUAL."""
    parts = list(_parts(kind.content))
    known = Known(Unusual=Unusual, keys=frozenset(part.key for part in parts))
    lines = ["if type(values) is not dict or not values.keys() <= keys:", "    raise Unusual"]
    pieces = []
    for number, part in enumerate(parts):
        steps, piece = _written(part, f"v{number}", context, known)
        lines += steps
        pieces.append(piece)
    lines.append(f"return f{''.join(pieces)!r}")
    return written("text_of", ["def text_of(values):", *(f"    {line}" for line in lines)], known)


def _is_one(part: Part | None) -> bool:
    """Whether all of it is there once, in one order, and known by keys."""
    if isinstance(part, Group):
        once = part.min == 1 and part.max == 1 and part.kind != "choice"
        return once and all(_is_one(inner) or isinstance(inner, Element) for inner in part.parts)
    return False


def _parts(part: Part | None) -> Iterator[Any]:
    if isinstance(part, Group):
        for inner in part.parts:
            yield from _parts(inner)
    else:
        yield part


def _written(part: Element, value: str, context: Context, known: Known) -> tuple[list[str], str]:
    """The steps that set a variable, and what then stands in the message."""
    key, name = repr(part.key), context.prefixes.name(part.name)
    start, end = _literal(f"<{name}>"), _literal(f"</{name}>")
    text = (
        None if part.many or part.substitutes or part.fixed else _text(part, value, context, known)
    )
    if text is None:
        joined = known.name("joined", _joined(piece_of(part, context.element).write))
        return [f"{value} = {joined}(values)"], f"{{{value}}}"
    if part.min and not part.nillable:
        return [f"{value} = values[{key}]", f"{value} = {text}"], f"{start}{{{value}}}{end}"
    whole = f"{value} = f{f'{start}{{{value}}}{end}'!r}"
    steps = [f"{value} = {text}", whole]
    if part.nillable:
        nil = f"{value} = {_nil(name)!r}"
        steps = [f"if {value} is None:", f"    {nil}", "else:", *(f"    {step}" for step in steps)]
    if part.min:
        return [f"{value} = values[{key}]", *steps], f"{{{value}}}"
    inside = (f"    {step}" for step in (f"{value} = values[{key}]", *steps))
    return [f"{value} = ''", f"if {key} in values:", *inside], f"{{{value}}}"


def _literal(text: str) -> str:
    """As it stands in the literal of an f-string."""
    return text.replace("{", "{{").replace("}", "}}")


def _nil(name: str) -> str:
    return f'<{name} xsi:nil="true"/>'


def _text(part: Element, value: str, context: Context, known: Known) -> str | None:
    """An expression for what stands between the tags; None of what only the general writer writes."""
    kind = part.type
    if isinstance(kind, Complex) and is_straight(kind):
        return f"{known.name('text', context.straight(kind))}({value})"
    if not isinstance(kind, Simple) or kind.kind == "QName":
        return None
    general = f"{known.name('text', _escaped(text_maker(kind)))}({value})"
    checks = None if kind.item or kind.members else list(restrictions(kind))
    usual = _usual(kind, value, known) if checks is not None else None
    if usual is None or (checks and kind.kind != "string"):
        return general
    made, tests = usual
    tests += [f"{known.name('fits', fits)}({value})" for fits, _ in checks or ()]
    return f"{made} if {' and '.join(tests)} else {general}"


def _usual(kind: Simple, value: str, known: Known) -> tuple[str, list[str]] | None:
    """The text of a value of the usual Python type, and by what to know that."""
    if kind.kind == "boolean":
        return f"('true' if {value} else 'false')", [f"type({value}) is bool"]
    if kind.kind == "date":
        day = known.name("date", date)
        return f"{value}.isoformat()", [f"type({value}) is {day}"]
    if kind.kind == "string" and kind.facets.white_space in (None, "preserve"):
        changed = known.name("changed", CHANGED.search)
        return value, [f"type({value}) is str", f"not {changed}({value})"]
    return None


def _escaped(text_of: Text) -> Text:
    return lambda value: escaped(text_of(value))


def _joined(write: Callable[[Values, Out], None]) -> Text:
    def joined(values: Values) -> str:
        pieces: list[str] = []
        write(values, pieces.append)
        return "".join(pieces)

    return joined
