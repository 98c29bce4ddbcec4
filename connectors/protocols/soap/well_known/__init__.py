"""Schemas that WSDLs refer to by address, so that nobody has to fetch them.

Each is written for this purpose: the names and types of its standard, as much of it as messages and
other schemas need, without prose. A WSDL that brings its own copy keeps it.
"""

from collections.abc import Mapping
from typing import NamedTuple


class _WellKnown(NamedTuple):
    file: str
    namespace: str
    urls: tuple[str, ...]
    """The first is the one that vendored files are led to: two addresses of one schema would be two
    schemas to a parser."""


W3 = "http://www.w3.org"
OASIS = "http://docs.oasis-open.org/wss/2004/01"
MS = "http://schemas.microsoft.com/2003/10/Serialization"

_ALL = (
    _WellKnown(
        "xml.xsd",
        f"{W3}/XML/1998/namespace",
        # zeep itself asks for the first where no address is given.
        (
            "https://www.w3.org/2001/xml.xsd",
            f"{W3}/2001/xml.xsd",
            f"{W3}/2001/03/xml.xsd",
            f"{W3}/2005/08/xml.xsd",
            f"{W3}/2009/01/xml.xsd",
            f"{W3}/XML/1998/namespace",
        ),
    ),
    _WellKnown(
        "xml-schema.xsd",
        f"{W3}/2001/XMLSchema",
        (
            f"{W3}/2001/XMLSchema.xsd",
            "https://www.w3.org/2001/XMLSchema.xsd",
            f"{W3}/2001/XMLSchema",
        ),
    ),
    _WellKnown(
        "wsdl.xsd",
        "http://schemas.xmlsoap.org/wsdl/",
        ("http://schemas.xmlsoap.org/wsdl/", "http://schemas.xmlsoap.org/wsdl/2003-02-11.xsd"),
    ),
    _WellKnown(
        "soap-encoding.xsd",
        "http://schemas.xmlsoap.org/soap/encoding/",
        ("http://schemas.xmlsoap.org/soap/encoding/", "http://schemas.xmlsoap.org/soap/encoding"),
    ),
    _WellKnown(
        "soap-encoding-12.xsd",
        f"{W3}/2003/05/soap-encoding",
        (f"{W3}/2003/05/soap-encoding", f"{W3}/2003/05/soap-encoding/"),
    ),
    _WellKnown(
        "soap-envelope.xsd",
        "http://schemas.xmlsoap.org/soap/envelope/",
        ("http://schemas.xmlsoap.org/soap/envelope/", "http://schemas.xmlsoap.org/soap/envelope"),
    ),
    _WellKnown(
        "soap-envelope-12.xsd",
        f"{W3}/2003/05/soap-envelope",
        (f"{W3}/2003/05/soap-envelope", f"{W3}/2003/05/soap-envelope/"),
    ),
    _WellKnown(
        "addressing.xsd",
        f"{W3}/2005/08/addressing",
        (
            f"{W3}/2005/08/addressing/ws-addr.xsd",
            f"{W3}/2006/03/addressing/ws-addr.xsd",
            "https://www.w3.org/2006/03/addressing/ws-addr.xsd",
            f"{W3}/2005/08/addressing",
        ),
    ),
    _WellKnown(
        "addressing-2004.xsd",
        "http://schemas.xmlsoap.org/ws/2004/08/addressing",
        (
            "http://schemas.xmlsoap.org/ws/2004/08/addressing",
            "http://schemas.xmlsoap.org/ws/2004/08/addressing/",
        ),
    ),
    _WellKnown(
        "security-utility.xsd",
        f"{OASIS}/oasis-200401-wss-wssecurity-utility-1.0.xsd",
        (f"{OASIS}/oasis-200401-wss-wssecurity-utility-1.0.xsd",),
    ),
    _WellKnown(
        "security.xsd",
        f"{OASIS}/oasis-200401-wss-wssecurity-secext-1.0.xsd",
        (f"{OASIS}/oasis-200401-wss-wssecurity-secext-1.0.xsd",),
    ),
    _WellKnown(
        "signature.xsd",
        f"{W3}/2000/09/xmldsig#",
        (
            f"{W3}/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd",
            f"{W3}/TR/xmldsig-core/xmldsig-core-schema.xsd",
            f"{W3}/TR/2008/REC-xmldsig-core-20080610/xmldsig-core-schema.xsd",
            f"{W3}/2000/09/xmldsig#",
        ),
    ),
    _WellKnown(
        "encryption.xsd",
        f"{W3}/2001/04/xmlenc#",
        (
            f"{W3}/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd",
            f"{W3}/TR/xmlenc-core/xenc-schema.xsd",
            f"{W3}/2001/04/xmlenc#",
        ),
    ),
    _WellKnown(
        "xop-include.xsd",
        f"{W3}/2004/08/xop/include",
        (f"{W3}/2004/08/xop/include", f"{W3}/2004/08/xop/include.xsd"),
    ),
    _WellKnown(
        "xml-media-types.xsd",
        f"{W3}/2005/05/xmlmime",
        (f"{W3}/2005/05/xmlmime", f"{W3}/2005/05/xmlmime.xsd"),
    ),
    _WellKnown(
        "attachment-reference.xsd",
        "http://ws-i.org/profiles/basic/1.1/xsd",
        ("http://ws-i.org/profiles/basic/1.1/swaref.xsd", "http://ws-i.org/profiles/basic/1.1/xsd"),
    ),
    _WellKnown("ms-serialization.xsd", f"{MS}/", (f"{MS}/", MS)),
    _WellKnown("ms-arrays.xsd", f"{MS}/Arrays", (f"{MS}/Arrays", f"{MS}/Arrays/")),
)

FILES: Mapping[str, str] = {url: one.file for one in _ALL for url in one.urls}
CANONICAL: Mapping[str, str] = {url: one.urls[0] for one in _ALL for url in one.urls}
BY_NAMESPACE: Mapping[str, str] = {one.namespace: one.urls[0] for one in _ALL}
