"""What Salesforce answers instead of a result: `[{"errorCode", "message", "fields"}]`.

Messages are sentences that quote what was sent, so they are never passed on. Source: REST API
Developer Guide, "Status Codes and Error Responses"; SOAP API Developer Guide, "Core Data Types"
(StatusCode), "API Faults" (ExceptionCode).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable, at

Errors = Sequence[Mapping[str, Any]]

POINTERS = {
    "Name": "/name",
    "StrataAt__c": "/at",
    "StrataEmail__c": "/email",
    "StrataSegment__c": "/segment",
    "Subject": "/subject",
    "Type": "/kind",
}

LIMIT_WAIT = 900
"""Seconds. The limit is on a rolling day: it frees calls hour by hour, as those of yesterday age."""


class DuplicateValue(Rejected):
    """A record with this value of a unique field exists already."""


def _operator(says: str) -> Callable[[str], Problem]:
    return lambda who: Misconfigured(f"{who}: {says}")


def _conflict(says: str) -> Callable[[str], Problem]:
    return lambda who: Rejected(f"{who}: {says}", kind="conflict", status=409)


def _later(says: str, wait: int = 1) -> Callable[[str], Problem]:
    return lambda who: Unavailable(f"{who}: {says}", retry_after=wait)


def _duplicate(who: str) -> Problem:
    return DuplicateValue(f"{who}: a unique value is taken", kind="conflict", status=409)


def _used_up(who: str) -> Problem:
    # A kind of its own: another attempt a moment later would be another refused call.
    detail, title = f"{who}: all API calls of the day are used up", "Try again later"
    return Unavailable(detail, kind="calls-used-up", title=title, retry_after=LIMIT_WAIT)


def _deleted(who: str) -> Problem:
    return Missing(f"{who}: it was deleted meanwhile")


_NO_RIGHT = _operator("our user lacks a right")
_OTHER_ORG = _operator("the org lacks a field, object or value that we rely on")

BY_CODE: Mapping[str, Callable[[str], Problem]] = {
    "API_CURRENTLY_DISABLED": _operator("its API is switched off"),
    "API_DISABLED_FOR_ORG": _operator("its API is switched off"),
    "DUPLICATES_DETECTED": _conflict("a duplicate rule of the org refuses it"),
    "DUPLICATE_EXTERNAL_ID": _operator("StrataId__c is not unique"),
    "DUPLICATE_VALUE": _duplicate,
    "ENTITY_IS_DELETED": _deleted,
    "INSUFFICIENT_ACCESS": _NO_RIGHT,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": _NO_RIGHT,
    "INSUFFICIENT_ACCESS_OR_READONLY": _NO_RIGHT,
    "INVALID_FIELD": _OTHER_ORG,
    "INVALID_FIELD_FOR_INSERT_UPDATE": _OTHER_ORG,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": _OTHER_ORG,
    "INVALID_QUERY_LOCATOR": _later("a list was let go while we read it"),
    "INVALID_TYPE": _OTHER_ORG,
    "JSON_PARSER_ERROR": _operator("it does not take our messages"),
    "MALFORMED_QUERY": _operator("it does not take our queries"),
    "NOT_FOUND": _OTHER_ORG,
    "QUERY_TIMEOUT": _later("it was too busy to look"),
    "REQUEST_LIMIT_EXCEEDED": _used_up,
    "SERVER_UNAVAILABLE": _later("it is overloaded"),
    "STORAGE_LIMIT_EXCEEDED": _operator("its storage is full"),
    "UNABLE_TO_LOCK_ROW": _later("somebody else is changing the record"),
    "UNSUPPORTED_API_VERSION": _operator("it does not know this version of the API"),
}
"""The other codes (REQUIRED_FIELD_MISSING, STRING_TOO_LONG, INVALID_EMAIL_ADDRESS, an org's own
FIELD_CUSTOM_VALIDATION_EXCEPTION) are about what was sent: Rejected, pointing at the fields."""

CONSEQUENCE = "PROCESSING_HALTED"
"""What the subrequests say that another one took down."""


def problem(who: str, errors: Errors) -> Problem:
    """Of several errors the first that has a meaning of its own; else all fields they name."""
    codes = [str(error["errorCode"]) for error in errors]
    meaning = next((BY_CODE[code] for code in codes if code in BY_CODE), None)
    if meaning is not None:
        return meaning(who)
    fields = {str(field) for error in errors for field in error.get("fields") or ()}
    return Rejected(f"{who} does not accept this", errors=_pointed(fields))


def _pointed(fields: Iterable[str]) -> list[dict[str, str]]:
    pointers = sorted(POINTERS[field] for field in fields if field in POINTERS)
    return [at(pointer, "Salesforce does not accept this") for pointer in pointers]


def errors_in(document: Any) -> Errors:
    """Raises TypeError for anything that is not a list of errors."""
    if not (isinstance(document, list) and document):
        raise TypeError("not a list of errors")
    if not all(isinstance(error, dict) and "errorCode" in error for error in document):
        raise TypeError("not errors")
    return document
