"""Whether an applicant is somebody we know, and what tells. Nothing here calls.

Exact is one mailbox, or one name at one address: nobody needs to look. Likely is what a person has to look
at. Scores are from 0 to 100; tests/process_apis/onboarding/test_matching.py is the table of what they mean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from contracts.models.canonical import Address
from contracts.models.process.onboarding.v1 import Duplicate, DuplicateReason, NewOnboarding
from process_apis.onboarding import addresses, names
from process_apis.onboarding.email_addresses import NotAnAddress, normalised, untagged
from runtime.problems import Rejected, at

SAME = 95.0
"""From here on a difference is one of spelling: an accent, an abbreviation, the order of the words."""

SIMILAR = 80.0
"""From here on a slip of the pen may explain it: one letter of five."""

LEAST_DIGITS = 6
"""Of a telephone number: extensions and placeholders are no sign."""

Certainty = Literal["exact", "likely"]

CERTAINTY: dict[DuplicateReason, Certainty] = {
    "same-email": "exact",
    "similar-email": "likely",
    "same-name-and-address": "exact",
    "similar-name-and-address": "likely",
    "same-name-and-phone": "likely",
}
POINTERS: dict[DuplicateReason, tuple[str, ...]] = {
    "same-email": ("/email",),
    "similar-email": ("/email",),
    "same-name-and-address": ("/name", "/address"),
    "similar-name-and-address": ("/name", "/address"),
    "same-name-and-phone": ("/name", "/phone"),
}


@dataclass
class Known:
    """A customer of ours, as ERP and CRM have it; the CRM may spell it otherwise."""

    customer_id: str
    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phone: str | None = None
    addresses: list[Address] = field(default_factory=list)


def duplicate(new: NewOnboarding, known: Known) -> Duplicate | None:
    """None when they are two."""
    reasons = list(_reasons(new, known))
    if not reasons:
        return None
    exact = any(CERTAINTY[reason] == "exact" for reason in reasons)
    return Duplicate(
        customer_id=known.customer_id, certainty="exact" if exact else "likely", reasons=reasons
    )


def refuse_exact(duplicates: Sequence[Duplicate]) -> None:
    """Rejected, telling which part is the same and nothing of whose it is."""
    reasons = {reason for one in duplicates for reason in one.reasons}
    certain = [reason for reason in POINTERS if CERTAINTY[reason] == "exact" and reason in reasons]
    if certain:
        errors = [at(pointer, reason) for reason in certain for pointer in POINTERS[reason]]
        title = "There is such a customer already"
        raise Rejected(kind="duplicate-customer", title=title, status=409, errors=errors)


def _reasons(new: NewOnboarding, known: Known) -> Iterator[DuplicateReason]:
    yield from _by_email(new.email, known.emails)
    name = max((names.alike(new.name, other) for other in known.names), default=0.0)
    place = max((addresses.alike(new.address, other) for other in known.addresses), default=0.0)
    if min(name, place) >= SAME:
        yield "same-name-and-address"
    elif min(name, place) >= SIMILAR:
        yield "similar-name-and-address"
    if name >= SAME and _digits(new.phone) and _digits(new.phone) == _digits(known.phone):
        yield "same-name-and-phone"


def _by_email(email: str, others: set[str]) -> Iterator[DuplicateReason]:
    usable = [other for other in others if _is_usable(other)]
    if normalised(email) in map(normalised, usable):
        yield "same-email"
    elif untagged(email) in map(untagged, usable):
        yield "similar-email"


def _is_usable(email: str) -> bool:
    """What people have typed into a backend may be anything."""
    try:
        normalised(email)
    except NotAnAddress:
        return False
    return True


def _digits(phone: str | None) -> str:
    """The last eight: how a number is dialled from abroad makes no difference."""
    digits = "".join(sign for sign in phone or "" if sign.isdecimal())
    return digits[-8:] if len(digits) >= LEAST_DIGITS else ""
