# generated from contracts/process/events/v1.yaml; do not edit
"""Events Process API 1.0.0, as its callers see it."""

from contracts.models.canonical import NewSubscription, Subscription
from contracts.models.process.events.v1 import Subscriptions
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class EventsClient(ApiClient):
    api = "process/events/v1"

    async def list_subscriptions(self) -> Subscriptions:
        """The caller's own subscriptions, the oldest first."""
        return await self.call("GET", "/subscriptions", Subscriptions)

    async def create_subscription(self, body: NewSubscription, *, idempotency_key: str | None = None) -> Subscription:
        """Be told of events at a URL."""
        return await self.call("POST", "/subscriptions", Subscription, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_subscription(self, subscription_id: str) -> Subscription:
        """One of the caller's own subscriptions."""
        return await self.call("GET", f"/subscriptions/{segment(subscription_id)}", Subscription)

    async def put_subscription(self, subscription_id: str, body: NewSubscription) -> Subscription:
        """Change a subscription as a whole, its secret excepted; again changes nothing."""
        return await self.call("PUT", f"/subscriptions/{segment(subscription_id)}", Subscription, body=body)

    async def delete_subscription(self, subscription_id: str) -> None:
        """Be told no more; harmless when there is none."""
        await self.tell("DELETE", f"/subscriptions/{segment(subscription_id)}")

    async def rotate_secret(self, subscription_id: str) -> Subscription:
        """Have another signing secret."""
        return await self.call("POST", f"/subscriptions/{segment(subscription_id)}/secret", Subscription)
