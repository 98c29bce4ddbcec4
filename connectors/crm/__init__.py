"""What any CRM must be able to do for us."""

from abc import abstractmethod

from connectors.port import Port
from contracts.models.canonical import ContactPreferences
from contracts.models.system.crm.v1 import (
    Account,
    AccountProfile,
    Activities,
    Activity,
    NewActivity,
)


class Crm(Port):
    @abstractmethod
    async def get_account(self, customer_id: str) -> Account:
        """The account of a customer; Missing when there is none."""

    @abstractmethod
    async def get_account_by_external_id(self, external_id: str) -> Account:
        """The account the CRM calls so; Missing when there is none, or none of a customer's."""

    @abstractmethod
    async def find_accounts(self, email: str) -> list[Account]:
        """Every account with this e-mail address, letter case ignored."""

    @abstractmethod
    async def put_account(self, customer_id: str, profile: AccountProfile) -> Account:
        """Create or update under our id; again with the same profile changes nothing."""

    @abstractmethod
    async def remove_account(self, customer_id: str) -> None:
        """Take it back for good with its activities; harmless when there is none. From then on it is
        Missing, and a put under its id is Rejected with 409 (kind `retired`), also one that was on
        its way."""

    @abstractmethod
    async def get_preferences(self, customer_id: str) -> ContactPreferences:
        """What the customer wants to be told, or what the CRM takes for granted as long as nobody has
        said; Missing when there is no such account."""

    @abstractmethod
    async def put_preferences(
        self, customer_id: str, preferences: ContactPreferences
    ) -> ContactPreferences:
        """Set all of them; again changes nothing. Missing when there is no such account."""

    @abstractmethod
    async def list_activities(self, customer_id: str, limit: int, cursor: str | None) -> Activities:
        """A page, newest first; Missing when there is no such account."""

    @abstractmethod
    async def put_activity(
        self, customer_id: str, activity_id: str, activity: NewActivity
    ) -> Activity:
        """Add it under our id; again changes nothing."""
