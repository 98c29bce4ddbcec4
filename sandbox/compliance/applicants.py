"""What the provider accepts as an applicant, and how it says no."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime

from sandbox.messages import Json
from sandbox.rest import RefusedError

OLDEST_YEARS = 120
DOCUMENTS = frozenset({"PASSPORT", "ID_CARD", "DRIVING_LICENCE"})

Rule = Callable[[Json, date], str | None]  # a complaint, or None


def refused(status: int, reason: str, text: str) -> RefusedError:
    return RefusedError(status, {"status": "error", "reason": reason, "text": text})


def check(applicant: Json, now: float) -> dict[str, Json]:
    """The applicant as sent; every complaint at once."""
    if not isinstance(applicant, dict):
        raise refused(400, "BAD_REQUEST", "applicant is an object")
    today = datetime.fromtimestamp(now, UTC).date()
    fields = [{"path": path, "why": why} for path, why in _complaints(applicant, today)]
    if fields:
        error = {"status": "error", "reason": "INVALID_APPLICANT", "text": "Look at the fields"}
        raise RefusedError(422, error | {"fields": fields})
    return applicant


def _complaints(applicant: dict[str, Json], today: date) -> Iterator[tuple[str, str]]:
    for name in sorted(applicant.keys() - RULES.keys()):
        yield f"applicant.{name}", "unknown"
    for name, rule in RULES.items():
        value = applicant.get(name)
        if value is None and name not in REQUIRED:
            continue
        if why := rule(value, today):
            yield f"applicant.{name}", why


def _one_of(*words: str) -> Rule:
    return lambda value, _today: None if value in words else f"not one of {', '.join(words)}"


def _text(pattern: str) -> Rule:
    def rule(value: Json, _today: date) -> str | None:
        good = isinstance(value, str) and re.fullmatch(pattern, value)
        return None if good else "not acceptable text"

    return rule


def _born(value: Json, today: date) -> str | None:
    born = _day(value)
    if born is None:
        return "not a date"
    if not today.year - OLDEST_YEARS <= born.year or born > today:
        return "nobody alive was born then"
    return None


def _address(value: Json, _today: date) -> str | None:
    match value:
        case {"lines": [str(), *_], "town": str(), "postcode": str(), "country": str()}:
            return None
    return "lines, town, postcode and country are needed"


def _document(value: Json, _today: date) -> str | None:
    match value:
        case {"type": kind, "number": str(), "validUntil": until} if kind in DOCUMENTS:
            return None if _day(until) else "validUntil is not a date"
    return "type, number and validUntil are needed"


def _day(value: Json) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


REQUIRED = frozenset({"type", "fullName", "residence"})
RULES: Mapping[str, Rule] = {
    "type": _one_of("NATURAL_PERSON", "LEGAL_ENTITY"),
    "fullName": _text(r"(?s).*\S.*"),
    "residence": _text("[A-Z]{2}"),
    "dateOfBirth": _born,
    "contactEmail": _text(r"[^@\s]+@[^@\s]+"),
    "address": _address,
    "identityDocument": _document,
}
