"""Simple types as schemas of our contract, each with a valid example and how its values are read.

Where JSON has no type of its own a value is text: decimals, so that no float ever holds money, and
times and durations, which XML Schema writes in more ways than JSON does.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from connectors.protocols.soap.codec.reading.builtins import INTEGERS
from connectors.protocols.soap.codec.shapes import Facets, Simple
from connectors.protocols.soap.codec.texts.simple import fault_finder
from scaffold.reading.wsdl.patterns import Untranslatable, sample, translated
from scaffold.system import Leaf, Listing, Refused, Shape

DECIMAL = r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$"
DURATION = r"^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$"
TIME = r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
BASE64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
HEX = "^([0-9A-Fa-f]{2})*$"

_KINDS: Mapping[str, tuple[Mapping[str, Any], str, str]] = {
    "boolean": ({"type": "boolean"}, "same", "true"),
    "decimal": ({"type": "string", "pattern": DECIMAL}, "decimal", "12.50"),
    "float": ({"type": "number"}, "same", "1.5"),
    "double": ({"type": "number"}, "same", "1.5"),
    "date": ({"type": "string", "format": "date"}, "date", "2026-03-14"),
    "dateTime": ({"type": "string", "format": "date-time"}, "moment", "2026-03-14T09:30:00Z"),
    "time": ({"type": "string", "pattern": TIME}, "time", "09:30:00"),
    "duration": ({"type": "string", "pattern": DURATION}, "duration", "P1D"),
    "base64Binary": ({"type": "string", "pattern": BASE64}, "base64", "QUJD"),
    "hexBinary": ({"type": "string", "pattern": HEX}, "hex", "414243"),
}
"""By built-in: the schema, the conversion, and a text of it."""

_EXACT = 2**53
"""Beyond this a JSON number is not safe in everybody's hands, nor a bound on it."""

_TEXTS = ("text", "A", "AB", "ABC", "1", "en", "12", "123", "x@example.com", "text" * 8)

ANYTHING = Leaf(
    {"type": "string"}, "text", "text", "text", "as text or XML: the schema leaves it open"
)
"""xs:anyType."""


def xml(example: str) -> Leaf:
    """What is whole elements."""
    return Leaf({"type": "string"}, example, "xml", example, "XML: the schema leaves it open")


def wild(namespaces: str) -> Leaf:
    """A wildcard's; `namespaces` as in the schema."""
    allowed = namespaces.split()
    space = "urn:example" if {"##any", "##other"} & set(allowed) else allowed[0]
    return xml("<any/>" if space == "##local" else f'<any xmlns="{space}"/>')


def shape_of(simple: Simple) -> Shape:
    """Raises Refused for a type no value of which was found."""
    if simple.item is not None:
        return Listing(shape_of(simple.item), *_counts(simple.facets))
    return _union(simple) if simple.members else _leaf(simple)


def _counts(facets: Facets) -> tuple[int, int | None]:
    if facets.length is not None:
        return facets.length, facets.length
    return facets.min_length or 0, facets.max_length


def _union(simple: Simple) -> Leaf:
    text = next((t for t in _candidates(simple) if fault_finder(simple)(t) is None), None)
    if text is None:
        raise Refused([f"no value of {simple.name or 'a type'} was found for an example"])
    return Leaf({"type": "string"}, text, "text", text, "one of several types, as text")


def _leaf(simple: Simple) -> Leaf:
    schema, conversion, usual = _KINDS.get(simple.kind, ({"type": "string"}, "same", ""))
    if simple.kind in INTEGERS:
        schema, usual = {"type": "integer"}, "1"
    notes: list[str] = []
    made = {**schema, **_restrictions(simple, schema, notes)}
    if "enum" in made:
        made.pop("pattern", None)
    text = _text(simple, usual)
    example = _as_json(made, text)
    theirs: Any = text
    if conversion == "base64":
        theirs = b"ABC" if text == "QUJD" else text.encode()
    elif conversion == "hex":
        theirs = bytes.fromhex(text)
    return Leaf(made, example, conversion, theirs, "; ".join(notes))


def _restrictions(simple: Simple, schema: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    facets = simple.facets
    if schema["type"] in ("integer", "number"):
        return dict(_numbers(simple))
    if "format" in schema or schema["type"] == "boolean":
        return {}
    if facets.enumeration is not None and "pattern" not in schema:
        return {"enum": list(dict.fromkeys(facets.enumeration))}
    if "pattern" in schema:
        _note_bounds(facets, notes)
        return _digits(facets) if simple.kind == "decimal" else {}
    return {**dict(_lengths(facets)), **_pattern(facets, notes)}


def _numbers(simple: Simple) -> Iterator[tuple[str, Any]]:
    facets, number = simple.facets, int if simple.kind in INTEGERS else float
    if facets.enumeration is not None:
        yield "enum", list(dict.fromkeys(number(text) for text in facets.enumeration))
        return
    for keyword, bound in (
        ("minimum", facets.min_inclusive),
        ("maximum", facets.max_inclusive),
        ("exclusiveMinimum", facets.min_exclusive),
        ("exclusiveMaximum", facets.max_exclusive),
    ):
        with suppress(ValueError):  # INF and NaN bound nothing
            if bound is not None and abs(value := number(bound)) < _EXACT:
                yield keyword, value


def _lengths(facets: Facets) -> Iterator[tuple[str, int]]:
    least = facets.min_length if facets.length is None else facets.length
    most = facets.max_length if facets.length is None else facets.length
    if least:
        yield "minLength", least
    if most is not None:
        yield "maxLength", most


def _pattern(facets: Facets, notes: list[str]) -> dict[str, str]:
    """Of several the first: a schema holds one, and the codec judges by all of them."""
    for pattern in facets.patterns:
        try:
            return {"pattern": translated(pattern)}
        except Untranslatable:
            notes.append(f"it has to match {pattern}, as XML Schema writes it")
    return {}


def _digits(facets: Facets) -> dict[str, str]:
    if facets.total_digits is None and facets.fraction_digits is None:
        return {}
    before = facets.total_digits or 18
    after = before if facets.fraction_digits is None else facets.fraction_digits
    return {"pattern": f"^-?[0-9]{{1,{before}}}" + (rf"(\.[0-9]{{1,{after}}})?$" if after else "$")}


def _note_bounds(facets: Facets, notes: list[str]) -> None:
    for words, bound in (
        ("at least", facets.min_inclusive),
        ("at most", facets.max_inclusive),
        ("more than", facets.min_exclusive),
        ("less than", facets.max_exclusive),
        ("one of", facets.enumeration and ", ".join(facets.enumeration[:12])),
    ):
        if bound is not None:
            notes.append(f"{words} {bound}")


def _text(simple: Simple, usual: str) -> str:
    fault = fault_finder(simple)
    for text in (*filter(None, (usual, *_candidates(simple))), ""):
        if fault(text) is None:
            return text
    raise Refused([f"no value of {simple.name or 'a type'} was found for an example"])


def _candidates(simple: Simple) -> Iterator[str]:
    """Texts that may be of a type, likely ones first."""
    facets = simple.facets
    yield from facets.enumeration or ()
    for member in simple.members:
        yield from _candidates(member)
    for pattern in reversed(facets.patterns):
        for extra in (0, 1, 2, 3, 7, 15):
            with suppress(Untranslatable):
                yield sample(pattern, extra)
    yield from filter(None, (facets.min_inclusive, facets.max_inclusive))
    yield from _TEXTS
    least = facets.length or facets.min_length or 1
    yield from (character * least for character in ("A", "1", "a"))
    yield from ("0", "1", "-1", "2", "10", "100", "0.1", "1.0")
    yield from (text for _, _, text in _KINDS.values())
    yield from ("2026", "2026-03", "--03-14", "---14", "--03", "a:b", "http://example.com/")


def _as_json(schema: Mapping[str, Any], text: str) -> Any:
    kind = schema["type"]
    if kind == "boolean":
        return text in ("true", "1")
    if kind == "integer":
        return int(text)
    return float(text) if kind == "number" else text
