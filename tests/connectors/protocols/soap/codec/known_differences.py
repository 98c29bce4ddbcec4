"""Where zeep does not read what libxml2 finds valid, or reads something else: what it says, and why.

Nothing else may differ, and what no longer happens has to go.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Known(NamedTuple):
    wsdl: str
    says: str
    """What is said of it, as an expression for all of it."""
    why: str


class Found(NamedTuple):
    unexplained: set[str]
    stale: set[str]
    """The reasons that nothing was found for."""


def compared(table: Iterable[Known], wsdl: str, found: set[str]) -> Found:
    known = [entry for entry in table if entry.wsdl == wsdl]
    told = {one: [e.why for e in known if re.fullmatch(e.says, one)] for one in found}
    explained = {why for reasons in told.values() for why in reasons}
    unexplained = {one for one, reasons in told.items() if not reasons}
    return Found(unexplained, {entry.why for entry in known} - explained)


_EWS = r"\{http://schemas.microsoft.com/exchange/services/2006/types\}"
_BOARD = r"\{http://schemas.datacontract.org/2004/07/WCFFrameWork.DataAccess\}"
_CHROME = r"\{urn:description7a.services.chrome.com\}"

ZEEP_FAILS = (
    Known(
        "exchange-ews",
        rf"Unexpected element '{_EWS}\w+', expected '{_EWS}(Path|SearchExpression|Transition)'",
        "zeep knows no substitution groups",
    ),
    Known(
        "exchange-ews",
        rf"Unexpected element '{_EWS}((Indexed|Extended)?FieldURI|\w+Transition)'",
        "zeep knows no substitution groups: where the head may be left out",
    ),
    Known(
        "exchange-ews",
        rf"Unexpected element '{_EWS}(MimeContent|ItemId|ParentFolderId|ItemClass|Body|Attachments"
        "|Categories)'",
        "zeep loses elements of the base of a base: those of ItemType in a task or a contact",
    ),
    Known(
        "exchange-ews",
        r"need more than 0 values to unpack",
        "zeep fails on a type that holds a wildcard and nothing else",
    ),
    Known(
        "myboardpack",
        rf"Unexpected element '{_BOARD}\w+'",
        "zeep loses elements of the base of a base: those of ValidationDataContract",
    ),
    Known(
        "chromedata",
        rf"Unexpected element '{_CHROME}\w+', expected '{_CHROME}(modelYear|vin)'",
        "zeep tries only the first sequence of a choice whose others begin with optional elements",
    ),
)

DIFFERENCES = (
    Known(
        "docdata-payments",
        r"/testExtensibility: bool and zeep str",
        "zeep gives the default of an attribute as a text",
    ),
    Known(
        "exchange-ews",
        r".*/PropertyTag: str and zeep NoneType",
        "zeep makes None of a text that is no number where the type is a union of both",
    ),
    Known(
        "exchange-ews",
        r".*/Transition/(To: NoneType and zeep dict|Transition: dict and zeep NoneType)",
        "zeep knows no substitution groups; we say which element it is",
    ),
    Known(
        "exchange-ews",
        r".*/BusinessHomePage: str and zeep str",
        "zeep does not make one blank of several, as white space is collapsed",
    ),
    Known(
        "nodesoap-store",
        r".*/(CLOSING|OPENING|RENOVATION)_DATE: date and zeep str",
        "zeep gives a text where the type is a union of a date and a text",
    ),
)
