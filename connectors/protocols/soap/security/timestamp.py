"""wsu:Timestamp: when a message was made and until when it is meant (WSS 1.1.1, section 10)."""

import re
from datetime import UTC, datetime, timedelta

from lxml import etree

from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.security.names import CREATED, EXPIRES, TIMESTAMP

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def written(moment: datetime) -> str:
    """In UTC with milliseconds: some stacks compare it as text, and more digits break others."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def add_timestamp(security: etree._Element, now: datetime, seconds: float) -> etree._Element:
    timestamp = etree.SubElement(security, TIMESTAMP)
    etree.SubElement(timestamp, CREATED).text = written(now)
    etree.SubElement(timestamp, EXPIRES).text = written(now + timedelta(seconds=seconds))
    return timestamp


def demand_fresh(
    timestamp: etree._Element, now: datetime, *, skew: timedelta, max_age: timedelta
) -> datetime:
    """The moment from which it will be too old. Raises ReplyError when it is now, or is not yet.

    `max_age` holds however late it expires: the longer it lives, the longer it can be replayed.
    """
    created, expires = _one(timestamp, CREATED), _one(timestamp, EXPIRES)
    if created is None:
        raise ReplyError("a Timestamp that does not say when it was created")
    if created > now + skew:
        raise ReplyError("a Timestamp from the future; compare the clocks")
    if expires is not None and expires <= created:
        raise ReplyError("a Timestamp that expires before it was created")
    until = min(created + max_age, expires or created + max_age) + skew
    if until <= now:
        raise ReplyError("a Timestamp that has expired")
    return until


def _one(timestamp: etree._Element, name: str) -> datetime | None:
    found = timestamp.findall(name)
    if len(found) > 1:
        raise ReplyError("a Timestamp that says two times")
    return _moment(found[0].text or "") if found else None


def _moment(text: str) -> datetime:
    if _MOMENT.fullmatch(text.strip()) is None:  # without a zone it could be any
        raise ReplyError("a Timestamp that is no moment")
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ReplyError("a Timestamp that is no moment") from error
