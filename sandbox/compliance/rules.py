"""What a check finds, by the data alone: the same applicant always gets the same result."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sandbox.messages import Json

SANCTIONED = frozenset({"IR", "KP"})

WATCHED: Mapping[str, str | None] = {
    "vasko trendafil": "1969-04-12",
    "marguerite quell": "1975-11-30",
    "oleander finch trading ltd": None,
}
"""Invented, each with a date of birth where one is known."""

EXPOSED = frozenset({"halvard brink"})
"""Invented; people in high office, to be looked at twice."""

Applicant = Mapping[str, Json]
Alert = dict[str, str]

GRAVITY = ("PASS", "REFER", "FAIL")


def judge(applicant: Applicant, now: float) -> tuple[str, list[Alert]]:
    """The result, and what it was found for."""
    found = [hit for rule in RULES if (hit := rule(applicant, now)) is not None]
    result = max((result for result, _ in found), key=GRAVITY.index, default="PASS")
    return result, [alert for _, alert in found]


Hit = tuple[str, Alert]


def _geography(applicant: Applicant, _now: float) -> Hit | None:
    address = applicant.get("address") or {}
    if SANCTIONED & {applicant["residence"], address.get("country")}:
        return "FAIL", {"code": "GEO_SANCTION"}
    return None


def _watch_list(applicant: Applicant, _now: float) -> Hit | None:
    name = plain(applicant["fullName"])
    if name not in WATCHED:
        return None
    certain = WATCHED[name] is not None and applicant.get("dateOfBirth") == WATCHED[name]
    return "FAIL" if certain else "REFER", {"code": "WATCHLIST_NAME"}


def _office(applicant: Applicant, _now: float) -> Hit | None:
    return ("REFER", {"code": "PEP"}) if plain(applicant["fullName"]) in EXPOSED else None


def _document(applicant: Applicant, now: float) -> Hit | None:
    document = applicant.get("identityDocument")
    today = datetime.fromtimestamp(now, UTC).date().isoformat()
    if document and document["validUntil"] < today:
        return "REFER", {"code": "DOC_EXPIRED"}
    return None


RULES: tuple[Callable[[Applicant, float], Hit | None], ...] = (
    _geography,
    _watch_list,
    _office,
    _document,
)


def plain(name: str) -> str:
    """Without accents, case and surplus blanks."""
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
