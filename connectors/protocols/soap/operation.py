"""One operation: our values to a request, a reply's payload to values."""

from collections.abc import Mapping
from typing import Any, Protocol

from lxml import etree

from connectors.protocols.soap.codec.shapes import Element

Values = Mapping[str, Any]
"""Names (codec/shapes.py says which) with what they hold: str, int, Decimal, bool, date, datetime,
bytes, lists and further mappings. A name that is absent is not sent, None is sent as xsi:nil; in an
answer likewise, and what is there but empty is "" or {}."""


class ValuesError(Exception):
    """Values that the WSDL does not allow in a request; names the element by its path and says what
    is expected, never the value."""


class Operation(Protocol):
    """The seam between the protocol and whatever turns values into XML and back."""

    @property
    def name(self) -> str: ...

    @property
    def action(self) -> str:
        """What SOAPAction has to say."""

    @property
    def encoded(self) -> bool:
        """Whether replies are SOAP-encoded (rpc/encoded): there the Body may hold, beside the
        answer, elements that it refers to."""

    @property
    def request(self) -> Element | None:
        """The element sent in the Body; of rpc, the wrapper with a part in each element."""

    @property
    def reply(self) -> Element | None: ...

    @property
    def request_headers(self) -> tuple[Element, ...]: ...

    @property
    def reply_headers(self) -> tuple[Element, ...]: ...

    @property
    def faults(self) -> Mapping[str, Element]:
        """What the detail of a declared fault holds, by the fault's name."""

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """The types that zeep has to do, by name, with why they are not compiled."""

    def encode(self, values: Values, headers: Values = ...) -> bytes:
        """The whole envelope. `headers`: values of declared soap:headers by the element's name.
        Raises ValuesError."""

    def decode(self, payload: etree._Element | None, size: int | None = ...) -> dict[str, Any]:
        """The content of the element in the Body, texts converted to what the schema says they are.
        `size`: bytes of the message, where that is known. Raises ReplyError."""

    def decode_headers(self, header: etree._Element | None) -> dict[str, Any]:
        """What the declared headers in soap:Header hold, by the element's name; others are left
        alone. Raises ReplyError."""
