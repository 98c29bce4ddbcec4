"""What is kept of a subscription, and what its owner is shown of it."""

from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, Field

from contracts.models.canonical import NewSubscription, Subscription

OVERLAP = timedelta(days=1)
"""How long messages are signed with the secret before as well."""


class Secret(BaseModel):
    text: str = Field(repr=False)
    since: AwareDatetime


class Kept(BaseModel):
    id: str
    asked: str
    """The digest of what it was created with: the same Idempotency-Key has to come with the same."""
    wanted: NewSubscription
    secrets: list[Secret]
    """The newest first; the one before it is there as long as both may be in use."""
    created_at: AwareDatetime
    updated_at: AwareDatetime

    def change(self, wanted: NewSubscription, now: datetime) -> None:
        if wanted != self.wanted:
            self.wanted, self.updated_at = wanted, now

    def rotate(self, secret: str, now: datetime) -> None:
        self.secrets = [Secret(text=secret, since=now), self.secrets[0]]
        self.updated_at = now

    def signing(self, now: datetime) -> list[str]:
        """What a message is signed with now, the newest first."""
        newest, *before = self.secrets
        return [newest.text, *(s.text for s in before if now < newest.since + OVERLAP)]

    def shown(self, secret: str | None = None) -> Subscription:
        return Subscription(
            id=self.id,
            **dict(self.wanted),
            created_at=self.created_at,
            updated_at=self.updated_at,
            secret=secret,
        )


def kept(subscription_id: str, wanted: NewSubscription, secret: str, now: datetime) -> Kept:
    return Kept(
        id=subscription_id,
        asked=sha256(wanted.model_dump_json().encode()).hexdigest(),
        wanted=wanted,
        secrets=[Secret(text=secret, since=now)],
        created_at=now,
        updated_at=now,
    )
