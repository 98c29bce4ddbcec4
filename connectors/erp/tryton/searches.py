"""Searches for customers, as Tryton's domains and pages of ours. Nothing here calls."""

from collections.abc import Sequence

from connectors.erp.tryton.parties import RETIRED, Party, found_customer
from connectors.vendors.tryton.values import Domain
from contracts.models.system.erp.v1 import FoundCustomers
from runtime.problems import Rejected

WILDCARDS = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})


def domain(
    name: str | None, email: str | None, postal_code: str | None, cursor: str | None
) -> Domain:
    """The blocked are inactive parties (quirk 2), which have to be asked for."""
    return [
        ["active", "in", [True, False]],
        ["code", "!=", None],
        ["identifiers", "not where", [["code", "=", RETIRED]]],
        *(["name", "ilike", f"%{plain(word)}%"] for word in (name or "").split()),
        *([_by_email(email)] if email else []),
        *([["addresses.postal_code", "ilike", plain(postal_code)]] if postal_code else []),
        *([["id", ">", _place(cursor)]] if cursor else []),
    ]


def page(limit: int, found: Sequence[Party]) -> FoundCustomers:
    """The cursor is the last party of the page before."""
    shown = [found_customer(party) for party in found[:limit]]
    cursor = str(found[limit - 1].id) if len(found) > limit else None
    return FoundCustomers(items=[one for one in shown if one], next_cursor=cursor)


def _by_email(email: str) -> Domain:
    same = [["type", "=", "email"], ["value", "ilike", plain(email)]]
    return ["contact_mechanisms", "where", same]


def plain(text: str) -> str:
    """Matched as it is by `ilike`, whatever is in it."""
    return text.translate(WILDCARDS)


def _place(cursor: str) -> int:
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 16:
        return int(cursor)
    error = {"detail": "not a cursor of this list", "parameter": "cursor", "in": "query"}
    title = "A parameter is not valid"
    raise Rejected(kind="invalid-parameter", title=title, status=400, errors=[error])
