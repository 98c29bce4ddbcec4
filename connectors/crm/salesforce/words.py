"""Salesforce's words in ours: records, ids, moments, pages. Pure functions."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.crm.salesforce.soql import literal, moment
from contracts.models.canonical import ContactPreferences
from contracts.models.system.crm.v1 import (
    Account,
    AccountProfile,
    Activity,
    ActivityKind,
    NewActivity,
    Segment,
)
from runtime.problems import Rejected, at

Row = Mapping[str, Any]

ACCOUNT = ("Id", "StrataId__c", "Name", "StrataEmail__c", "StrataSegment__c")
CLOSED: Row = {"Name": "Closed", "StrataEmail__c": None, "StrataClosed__c": True}
"""What is left of an account that was taken back; a name is required."""
PREFERENCES: Mapping[tuple[str, str], str] = {
    ("orderNews", "email"): "StrataOrderNewsEmail__c",
    ("orderNews", "sms"): "StrataOrderNewsSms__c",
    ("orderNews", "push"): "StrataOrderNewsPush__c",
    ("marketing", "email"): "StrataMarketingEmail__c",
    ("marketing", "sms"): "StrataMarketingSms__c",
    ("marketing", "push"): "StrataMarketingPush__c",
}
"""Of an account, by what a customer wants to be told and how, quirk 16."""
TASK = ("Id", "StrataId__c", "Subject", "Type", "StrataAt__c")

TYPES: Mapping[ActivityKind, str] = {
    "call": "Call",
    "email": "Email",
    "meeting": "Meeting",
    "note": "Other",
}
KINDS: Mapping[str, ActivityKind] = {type_: kind for kind, type_ in TYPES.items()}

FIRST, LAST = datetime(1700, 1, 1, tzinfo=UTC), datetime(4000, 12, 31, tzinfo=UTC)
"""The moments that Salesforce has."""

RECORD_ID = re.compile(r"[0-9A-Za-z]{18}")
CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

CURSOR = re.compile(r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<id>[0-9A-Za-z]{18})")


def key(our_id: str) -> str:
    """Our id as StrataId__c has it, quirk 4. Ours have no `~`."""
    return our_id.replace(".", "~")


def our_id(key: str) -> str:
    return key.replace("~", ".")


def is_id(text: str) -> bool:
    """Whether it is a record id in its long form, quirk 14."""
    return RECORD_ID.fullmatch(text) is not None and text[15:] == "".join(
        _check(text[start : start + 5]) for start in (0, 5, 10)
    )


def _check(five: str) -> str:
    """Which of the five are capitals, as one character."""
    return CHECKS[sum(1 << place for place, sign in enumerate(five) if sign.isupper())]


def task_key(customer_id: str, activity_id: str) -> str:
    """Unique in the org, where ours is unique for its customer. Ours have no `/`."""
    return f"{key(customer_id)}/{key(activity_id)}"


def account(row: Row, segments: Mapping[str, Segment]) -> Account:
    """`segments` by the picklist's value."""
    value = row["StrataSegment__c"]
    return Account(
        customer_id=our_id(row["StrataId__c"]),
        external_id=row["Id"],
        name=row["Name"],
        email=row["StrataEmail__c"] or "",
        segment="standard" if value is None else segments[value],
    )


def account_fields(profile: AccountProfile, values: Mapping[Segment, str]) -> dict[str, str]:
    """An upsert keeps what it does not name."""
    segment = {"StrataSegment__c": values[profile.segment]} if profile.segment else {}
    return {"Name": profile.name, "StrataEmail__c": profile.email, **segment}


def preferences(row: Row) -> ContactPreferences:
    told: dict[str, dict[str, Any]] = {}
    for (topic, way), field in PREFERENCES.items():
        told.setdefault(topic, {})[way] = row[field]
    return ContactPreferences.model_validate(told, strict=True)


def preference_fields(preferences: ContactPreferences) -> dict[str, bool]:
    told = preferences.model_dump()
    return {field: told[topic][way] for (topic, way), field in PREFERENCES.items()}


def activity(row: Row) -> Activity:
    """What was typed in at Salesforce has no id of ours, and a type of any kind."""
    held = row["StrataId__c"]
    return Activity(
        id=our_id(held.partition("/")[2]) if held else row["Id"],
        kind=KINDS.get(row["Type"], "note"),
        subject=row["Subject"] or "",
        at=datetime.fromisoformat(row["StrataAt__c"]).astimezone(UTC),
    )


def as_kept(activity_id: str, activity: NewActivity) -> Activity:
    """What an activity will be once Salesforce has it, quirk 6."""
    at = activity.at.astimezone(UTC).replace(microsecond=0)
    return Activity(id=activity_id, kind=activity.kind, subject=activity.subject.strip(), at=at)


def task_fields(customer_id: str, account_id: str, activity: Activity) -> dict[str, str]:
    """A task that is done, on its day."""
    return {
        "StrataId__c": task_key(customer_id, activity.id),
        "WhatId": account_id,
        "Subject": activity.subject,
        "Type": TYPES[activity.kind],
        "Status": "Completed",
        "ActivityDate": f"{activity.at:%Y-%m-%d}",
        "StrataAt__c": f"{activity.at:%Y-%m-%dT%H:%M:%S}.000+0000",
    }


def demand_moment(activity: NewActivity) -> None:
    if not FIRST <= activity.at <= LAST:
        raise Rejected(errors=[at("/at", "Salesforce has the years 1700 to 4000")])


def cursor(row: Row) -> str:
    """The place of a row in a list, after which the next page starts."""
    place = f"{moment(datetime.fromisoformat(row['StrataAt__c']))} {row['Id']}"
    return urlsafe_b64encode(place.encode()).decode()


def after(cursor: str) -> str:
    """The condition for what comes after a place. Rejected for no cursor of ours."""
    try:
        place = CURSOR.fullmatch(urlsafe_b64decode(cursor.encode("ascii")).decode("ascii"))
    except (ValueError, binascii.Error):
        place = None
    if place is None:
        error = {"detail": "not a cursor of this list", "parameter": "cursor", "in": "query"}
        title = "A parameter is not valid"
        raise Rejected(kind="invalid-parameter", title=title, status=400, errors=[error])
    at, id_ = place["at"], literal(place["id"])
    return f"(StrataAt__c < {at} OR (StrataAt__c = {at} AND Id < {id_}))"
