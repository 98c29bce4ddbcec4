"""What we have to remember of a shipment, in words a person can read (quirk 2)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

UNTIL, RELEASED, VOID = "until", "released", "void"
TAG = re.compile(rf"(\S+) ({UNTIL}|{RELEASED}|{VOID}) (\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
SECOND = timedelta(seconds=1)
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Tag:
    """What Tryton has no field for, written into `reference` (quirk 2)."""

    reservation_id: str
    word: str
    until: datetime

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.word} {self.until:{MOMENT}}"

    @classmethod
    def held(cls, reservation_id: str, until: datetime) -> "Tag":
        """In whole seconds, rounded up: a hold may last longer than promised, not shorter."""
        whole = until.replace(microsecond=0)
        return cls(reservation_id, UNTIL, whole if whole == until else whole + SECOND)

    @classmethod
    def of(cls, reference: str) -> "Tag":
        """Of a shipment that is no reservation: without an id, and void."""
        if (match := TAG.fullmatch(reference)) is None:
            return cls("", VOID, datetime.max.replace(tzinfo=UTC))
        until = datetime.strptime(match[3], MOMENT).replace(tzinfo=UTC)
        return cls(match[1], match[2], until)
