"""The types that need no declaration: XML Schema part 2, and SOAP 1.1 section 5's twins of them."""

from connectors.protocols.soap.codec.shapes import XSD, Facets, Simple

SOAP_ENC = "http://schemas.xmlsoap.org/soap/encoding/"

_TEXTS = "anySimpleType string normalizedString token language NMTOKEN Name NCName ID IDREF ENTITY"
_OTHERS = """boolean decimal float double duration dateTime time date gYearMonth gYear gMonthDay gDay
gMonth hexBinary base64Binary anyURI QName NOTATION"""
_LISTS = {"NMTOKENS": "NMTOKEN", "IDREFS": "IDREF", "ENTITIES": "ENTITY"}
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    **{
        name: (-(2**bits), 2**bits - 1)
        for name, bits in (("long", 63), ("int", 31), ("short", 15), ("byte", 7))
    },
    **{
        f"unsigned{name}": (0, 2**bits - 1)
        for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))
    },
}
_WHITE_SPACE = {"anySimpleType": "preserve", "string": "preserve", "normalizedString": "replace"}
_RESTRICTED_BY = {
    "string": ("normalizedString",),
    "normalizedString": ("token",),
    "token": ("language", "NMTOKEN", "Name"),
    "Name": ("NCName",),
    "NCName": ("ID", "IDREF", "ENTITY"),
    "decimal": ("integer",),
    "integer": ("nonPositiveInteger", "long", "nonNegativeInteger"),
    "nonPositiveInteger": ("negativeInteger",),
    "long": ("int",),
    "int": ("short",),
    "short": ("byte",),
    "nonNegativeInteger": ("unsignedLong", "positiveInteger"),
    "unsignedLong": ("unsignedInt",),
    "unsignedInt": ("unsignedShort",),
    "unsignedShort": ("unsignedByte",),
}
_BASES = {name: base for base, names in _RESTRICTED_BY.items() for name in names}
"""What a built-in restricts, where that is not any simple type."""


def _all() -> dict[str, Simple]:
    types = {name: _simple(name) for name in (*_TEXTS.split(), *_OTHERS.split())}
    types |= {name: _integer(name, *bounds) for name, bounds in _INTEGERS.items()}
    for name, item in _LISTS.items():
        facets = Facets(min_length=1, white_space="collapse")
        types[name] = Simple(f"{{{XSD}}}{name}", "list", facets, item=types[item])
    for name, simple in types.items():
        if name != "anySimpleType":
            simple.base = types[_BASES.get(name, "anySimpleType")]
    return types


def _simple(name: str) -> Simple:
    white_space = _WHITE_SPACE.get(name, "collapse")
    return Simple(f"{{{XSD}}}{name}", name, Facets(white_space=white_space))  # type: ignore[arg-type] # a dict's value


def _integer(name: str, low: int | None, high: int | None) -> Simple:
    facets = Facets(
        min_inclusive=None if low is None else str(low),
        max_inclusive=None if high is None else str(high),
        white_space="collapse",
    )
    return Simple(f"{{{XSD}}}{name}", name, facets)


INTEGERS = frozenset(_INTEGERS)
_BY_LOCAL = _all()
BUILTINS = {f"{{{XSD}}}{name}": simple for name, simple in _BY_LOCAL.items()} | {
    f"{{{SOAP_ENC}}}{name}": simple for name, simple in _BY_LOCAL.items()
}
BUILTINS[f"{{{SOAP_ENC}}}base64"] = _BY_LOCAL["base64Binary"]
