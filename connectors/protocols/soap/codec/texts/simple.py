"""What the codecs need of one simple type: texts judged, texts to values, values to texts."""

from collections.abc import Callable
from typing import Any

from connectors.protocols.soap.codec.shapes import Simple
from connectors.protocols.soap.codec.texts.facets import Check, restrictions
from connectors.protocols.soap.codec.texts.lexical import FORBIDDEN, LOOKS
from connectors.protocols.soap.codec.texts.parsing import PARSERS, Parse
from connectors.protocols.soap.codec.texts.printing import BY_TYPE, NOT_MEANT, printer
from connectors.protocols.soap.codec.texts.spaces import NORMALISED, words

FaultFinder = Callable[[str], str | None]
"""Of a text: None when it is one of the type, else what is expected (`at most 40 characters`)."""


class Unfit(Exception):
    """What is expected of a value, or of a text, that is not that."""


def fault_finder(simple: Simple) -> FaultFinder:
    checks: tuple[Check, ...] = tuple(restrictions(simple))
    if simple.kind in LOOKS:
        checks = (LOOKS[simple.kind], *checks)
    normalised = NORMALISED[simple.facets.white_space]
    inner = _list_fault(simple.item) if simple.item else _union_fault(simple.members)

    def fault(text: str) -> str | None:
        text = normalised(text)
        if inner is not None and (expected := inner(text)) is not None:
            return expected
        for passes, expected in checks:
            if not passes(text):
                return expected
        return None

    return fault


def _list_fault(item: Simple) -> FaultFinder:
    fault = fault_finder(item)
    return lambda text: next((f"items, each {e}" for w in words(text) if (e := fault(w))), None)


def _union_fault(members: tuple[Simple, ...]) -> FaultFinder | None:
    faults = [fault_finder(member) for member in members]

    def fault(text: str) -> str | None:
        expected = [fault(text) for fault in faults]
        return None if None in expected else ", or ".join(dict.fromkeys(map(str, expected)))

    return fault if faults else None


def parser(simple: Simple) -> Parse | None:
    """What makes a value of a text that has been judged; None where the text is the value."""
    if simple.item is not None:
        item = parser(simple.item)
        return words if item is None else lambda text: [item(word) for word in words(text)]
    if simple.members:
        return _union_parser(simple.members)
    if simple.kind in PARSERS:
        return PARSERS[simple.kind]
    space = simple.facets.white_space
    return None if space in (None, "preserve") else NORMALISED[space]


def _union_parser(members: tuple[Simple, ...]) -> Parse:
    choices = [(fault_finder(member), parser(member)) for member in members]

    def parse(text: str) -> Any:
        for fault, inner in choices:
            if fault(text) is None:
                return text if inner is None else inner(text)
        return text

    return parse


def text_maker(simple: Simple) -> Callable[[Any], str]:
    """What makes the text of a value, not yet escaped. It raises Unfit."""
    made = _made(simple)
    fault = fault_finder(simple)

    def text_of(value: Any) -> str:
        text = made(value)
        if FORBIDDEN.search(text):
            raise Unfit("a text without control characters or lone surrogates")
        if (expected := fault(text)) is not None:
            raise Unfit(expected)
        return text

    return text_of


def _made(simple: Simple) -> Callable[[Any], str]:
    if simple.item is not None:
        return _list_text(simple.item)
    if simple.members:
        return _union_text(simple.members)
    if simple.kind == "anySimpleType":
        return _any_text
    types, text, expected = printer(simple.kind)
    others = NOT_MEANT.get(simple.kind, ())
    as_it_stands = simple.kind not in ("base64Binary", "hexBinary")

    def made(value: Any) -> str:
        if isinstance(value, str) and as_it_stands:
            return value  # `1.50` is as good as Decimal("1.50"), and judged like any text
        if not isinstance(value, types) or isinstance(value, others):
            raise Unfit(expected)
        try:
            return text(value)
        except (ValueError, ArithmeticError):
            raise Unfit(expected) from None

    return made


def _any_text(value: Any) -> str:
    kind = BY_TYPE.get(type(value))
    if kind is None:
        raise Unfit("a simple value")
    return printer(kind).text(value)


def _list_text(item: Simple) -> Callable[[Any], str]:
    inner = text_maker(item)

    def made(value: Any) -> str:
        if not isinstance(value, list | tuple):
            raise Unfit("a list")
        texts = [inner(one) for one in value]
        if any(words(text) != [text] for text in texts):
            raise Unfit("items without blanks in them")
        return " ".join(texts)

    return made


def _union_text(members: tuple[Simple, ...]) -> Callable[[Any], str]:
    choices = [text_maker(member) for member in members]

    def made(value: Any) -> str:
        expected = []
        for choice in choices:
            try:
                return choice(value)
            except Unfit as unfit:
                expected.append(str(unfit))
        raise Unfit(", or ".join(dict.fromkeys(expected)))

    return made
