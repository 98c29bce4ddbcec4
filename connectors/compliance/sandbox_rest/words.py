"""The provider's words in ours and back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from contracts.models.canonical import Address
from contracts.models.system.compliance.v1 import (
    Decision,
    DecisionMade,
    Document,
    Reason,
    Screening,
    Subject,
)
from runtime.problems import Problem, Rejected, at

Told = Mapping[str, Any]
Status = Literal["pending", "clear", "review", "rejected"]
Outcome = Literal["clear", "rejected"]

RESULTS: Mapping[str, Status] = {"FAIL": "rejected", "PASS": "clear", "REFER": "review"}
VERDICTS: Mapping[str, Outcome] = {"FAIL": "rejected", "PASS": "clear"}
RESOLVED_AS = {outcome: verdict for verdict, outcome in VERDICTS.items()}

REASONS: Mapping[str, Reason] = {
    "DOC_EXPIRED": "document-expired",
    "GEO_SANCTION": "sanctioned-country",
    "PEP": "politically-exposed",
    "WATCHLIST_NAME": "name-match",
}
KINDS = {"organisation": "LEGAL_ENTITY", "person": "NATURAL_PERSON"}
DOCUMENTS = {
    "driving-licence": "DRIVING_LICENCE",
    "identity-card": "ID_CARD",
    "passport": "PASSPORT",
}
POINTERS = {
    "applicant.address": "/address",
    "applicant.contactEmail": "/email",
    "applicant.dateOfBirth": "/birthDate",
    "applicant.fullName": "/name",
    "applicant.identityDocument": "/document",
    "applicant.residence": "/country",
}
THEIR_ANALYST = "analyst:"
"""How their own are told; whoever we name is told as we named them."""


@dataclass(frozen=True, slots=True)
class Check:
    id: str
    digest: str
    """Of the subject, if we made it."""
    screening: Screening


def digest(subject: Subject) -> str:
    content = subject.model_dump_json(by_alias=True, exclude_none=True)
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def applicant(subject: Subject) -> dict[str, Any]:
    told = {
        "type": KINDS[subject.kind],
        "fullName": subject.name,
        "residence": subject.country,
        "dateOfBirth": _day(subject.birth_date),
        "contactEmail": subject.email,
        "address": _address(subject.address),
        "identityDocument": _document(subject.document),
    }
    return {name: value for name, value in told.items() if value is not None}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _address(address: Address | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "lines": [address.street],
        "town": address.city,
        "postcode": address.postal_code,
        "country": address.country,
    }


def _document(document: Document | None) -> dict[str, Any] | None:
    if document is None:
        return None
    until = document.expires_on.isoformat()
    return {"type": DOCUMENTS[document.kind], "number": document.number, "validUntil": until}


def resolution(decision: Decision) -> dict[str, str]:
    verdict = RESOLVED_AS[decision.outcome]
    return {"verdict": verdict, "analyst": decision.by, "note": decision.reason}


def page(reference: str, told: Told) -> tuple[list[Check], str | None]:
    """The checks under exactly this reference, and where the next page begins."""
    found = [check_under(reference, one) for one in told["checks"]]
    return [check for check in found if check is not None], told["page"]["after"]


def check_under(reference: str, told: Told) -> Check | None:
    if told["externalReference"] != reference:
        return None
    return Check(str(told["checkId"]), str(told["clientData"]), _screening(told))


def _screening(told: Told) -> Screening:
    return Screening(
        id=told["externalReference"],
        status=_status(told),
        reasons=list(dict.fromkeys(REASONS.get(it["code"], "other") for it in told["alerts"])),
        screened_at=told["completedAt"],
        reference=told["checkId"],
        decision=_decision(told["resolution"]),
    )


def _status(told: Told) -> Status:
    if told["state"] == "IN_PROGRESS":
        return "pending"
    if told["state"] != "COMPLETED":
        raise ValueError("a state we do not know")
    resolved = told["resolution"]
    return RESULTS[told["result"]] if resolved is None else VERDICTS[resolved["verdict"]]


def _decision(told: Told | None) -> DecisionMade | None:
    if told is None:
        return None
    theirs = str(told["analyst"]).startswith(THEIR_ANALYST)
    by = "provider" if theirs else told["analyst"]
    return DecisionMade(outcome=VERDICTS[told["verdict"]], by=by, at=told["at"])


def invalid(told: Told) -> Problem:
    errors = [
        at(POINTERS.get(field["path"], ""), "the screening provider does not accept this")
        for field in told["fields"]
    ]
    return Rejected("the screening provider does not accept some fields", errors=errors)
