"""One operation: our values to a request, a reply's payload to values."""

from collections.abc import Mapping
from typing import Any, Protocol

from lxml import etree

Values = Mapping[str, Any]
"""Element and attribute names with what they hold: str, int, Decimal, bool, date, datetime, lists
and further mappings. A name that is absent is not sent; None is sent as xsi:nil."""


class ValuesError(Exception):
    """Values that the WSDL does not allow in a request; names the element, never the value."""


class Operation(Protocol):
    """The seam between the protocol and whatever turns values into XML and back."""

    @property
    def name(self) -> str: ...

    @property
    def action(self) -> str:
        """What SOAPAction has to say."""

    def encode(self, values: Values) -> bytes:
        """The whole envelope. Raises ValuesError."""

    def decode(self, payload: etree._Element | None) -> dict[str, Any]:
        """The content of the element in the Body, texts converted to what the schema says they are;
        an empty element is None. Raises ReplyError."""
