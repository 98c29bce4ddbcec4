"""What is kept of a subscription, and what its owner is shown of it."""

from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel

from contracts.models.canonical import NewSubscription, Subscription

OVERLAP = timedelta(days=1)
"""How long messages are signed with the secret before as well."""


class Secret(BaseModel):
    sealed: str
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

    def rotate(self, secret: Secret) -> None:
        self.secrets = [secret, self.secrets[0]]
        self.updated_at = secret.since

    def signing(self, now: datetime) -> list[Secret]:
        """What a message is signed with now, the newest first."""
        newest, *before = self.secrets
        return [newest, *(before if now < newest.since + OVERLAP else [])]

    def shown(self, secret: str | None = None) -> Subscription:
        return Subscription(
            id=self.id,
            **dict(self.wanted),
            created_at=self.created_at,
            updated_at=self.updated_at,
            secret=secret,
        )


def kept(subscription_id: str, wanted: NewSubscription, secret: Secret) -> Kept:
    return Kept(
        id=subscription_id,
        asked=sha256(wanted.model_dump_json().encode()).hexdigest(),
        wanted=wanted,
        secrets=[secret],
        created_at=secret.since,
        updated_at=secret.since,
    )
