"""The sandbox CRM: JSON over REST, a key in `X-Api-Key`; our customer id is its `externalRef`.

1. Activities hang on the CRM's own account id (`acc_000001`), which only a search by `externalRef`
   tells. *Why this matters:* each activity call is two; the id is shown and never kept.
2. Times are epoch milliseconds. *Why this matters:* finer times are cut, so that an activity sent
   again is the same activity; a time before 1973 is refused as seconds sent by mistake.
3. An upsert keeps what it does not name. *Why this matters:* a profile without a segment leaves the
   one there is, and the first one is "standard".
4. One e-mail address may belong to several accounts. *Why this matters:* never take the first.
5. A search, an upsert or a closure never answers 404 for want of an account, and a look-up by id says
   NOT_FOUND. *Why this matters:* any other 404 means that the base URL is wrong, which is for an
   operator and no missing customer.
6. Nothing is deleted: a closure empties the account, or makes an empty one, and it stays CLOSED; yet
   it is found, upserted and given activities like any other. *Why this matters:* the closed account
   is the tombstone, so each answer is looked at for its status. An upsert that the closure overtook
   is refused by us; its name and address are in the closed account then, where we show them to nobody.
7. Consents are by topic and way, and those that are not named stay. *Why this matters:* all of ours
   are always named, and a way that we have no word for, such as LETTER, keeps its consent.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from connectors.crm import Crm
from connectors.protocols.http import HttpBackend
from connectors.protocols.options import HeaderSecret, HttpOptions
from connectors.reach import Reach
from contracts.models.canonical import ContactPreferences
from contracts.models.system.crm.v1 import (
    Account,
    AccountProfile,
    Activities,
    Activity,
    NewActivity,
)
from runtime.calls.http import Reply
from runtime.calls.paths import segment
from runtime.problems import Misconfigured, Missing, Problem, Rejected, at, garbage

Told = Mapping[str, Any]

Segment = Literal["standard", "gold", "business"]
SEGMENTS: Mapping[str, Segment] = {"BASIC": "standard", "CORPORATE": "business", "GOLD": "gold"}
IS_OPEN: Mapping[str, bool] = {"ACTIVE": True, "CLOSED": False}
TIERS = {segment: tier for tier, segment in SEGMENTS.items()}

TOPICS = {"orderNews": "ORDERS", "marketing": "OFFERS"}
WAYS = {"email": "MAIL", "sms": "TEXT", "push": "PUSH"}

POINTERS = {
    "displayName": "/name",
    "kind": "/kind",
    "mail": "/email",
    "occurredAt": "/at",
    "summary": "/subject",
    "tier": "/segment",
}
DROPPED = {
    "LETTER": "nobody here writes letters",
    "accountId": "the account they were asked for by",
    "message": "for developers, in the CRM's words: the code says it in ours",
    "modifiedAt": "nobody asks when the CRM was last written to",
    "phone": "the ERP keeps the phone number",
}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Options(HttpOptions):
    api_key: HeaderSecret


class Connector(Crm):
    def __init__(self, options: Options, reach: Reach) -> None:
        self._backend = HttpBackend(
            "crm",
            options.url,
            reach,
            headers={"X-Api-Key": options.api_key.get_secret_value()},
            timeout=options.timeout_seconds,
        )

    async def get_account(self, customer_id: str) -> Account:
        return self._backend.read(await self._search(externalRef=customer_id), _only_account)

    async def get_account_by_external_id(self, external_id: str) -> Account:
        path = f"/accounts/{segment(external_id)}"
        reply = await self._backend.send("getAccount", "GET", path, accept={404})
        return self._backend.read(self._there(reply), _open_account)

    async def find_accounts(self, email: str) -> list[Account]:
        return self._backend.read(await self._search(email=email), _accounts)

    async def put_account(self, customer_id: str, profile: AccountProfile) -> Account:
        reply = await self._backend.send(
            "upsertAccount",
            "PUT",
            f"/accounts/by-ref/{segment(customer_id)}",
            json=_upsert(profile),
            accept={404, 422},
        )
        return self._backend.read(self._accepted(_at_its_place(reply)), _put_account)

    async def remove_account(self, customer_id: str) -> None:
        path = f"/accounts/by-ref/{segment(customer_id)}/closure"
        reply = await self._backend.send("closeAccount", "PUT", path, accept={404})
        if _at_its_place(reply).status != 204:
            raise garbage("crm", "it answers a closure with something")

    async def get_preferences(self, customer_id: str) -> ContactPreferences:
        path = _consents_of(customer_id)
        reply = await self._backend.send("getConsents", "GET", path, accept={404})
        return self._backend.read(self._there(reply), _preferences)

    async def put_preferences(
        self, customer_id: str, preferences: ContactPreferences
    ) -> ContactPreferences:
        path, body = _consents_of(customer_id), _consents(preferences)
        reply = await self._backend.send("putConsents", "PUT", path, json=body, accept={404})
        return self._backend.read(self._there(reply), _preferences)

    async def list_activities(self, customer_id: str, limit: int, cursor: str | None) -> Activities:
        page = {"limit": limit} | ({"cursor": cursor} if cursor is not None else {})
        reply = await self._backend.send(
            "listActivities", "GET", await self._activities(customer_id), query=page, accept={400}
        )
        return self._backend.read(self._accepted(reply), _activities)

    async def put_activity(
        self, customer_id: str, activity_id: str, activity: NewActivity
    ) -> Activity:
        path = f"{await self._activities(customer_id)}/{segment(activity_id)}"
        body = _told(activity)
        reply = await self._backend.send("putActivity", "PUT", path, json=body, accept={409, 422})
        return self._backend.read(self._accepted(reply), _activity)

    async def _activities(self, customer_id: str) -> str:
        """Where the activities of a customer are, quirk 1."""
        reply = await self._search(externalRef=customer_id)
        return f"/accounts/{segment(self._backend.read(reply, _only_id))}/activities"

    async def _search(self, **by: str) -> Reply:
        reply = await self._backend.send("findAccounts", "GET", "/accounts", query=by, accept={404})
        return _at_its_place(reply)

    def _there(self, reply: Reply) -> Reply:
        if reply.status == 404:
            raise self._backend.read(reply, _not_there)
        return reply

    def _accepted(self, reply: Reply) -> Reply:
        if reply.status >= 400:
            raise self._backend.read(reply, _refusal)
        return reply


def _at_its_place(reply: Reply) -> Reply:
    """Quirk 5."""
    if reply.status == 404:
        raise Misconfigured("the CRM is not at this URL")
    return reply


def _account(told: Told) -> Account:
    return Account(
        customer_id=told["externalRef"],
        external_id=told["id"],
        name=told["displayName"],
        email=told["mail"],
        segment=SEGMENTS[told["tier"]],
    )


def _not_there(told: Told) -> Problem:
    """Quirk 5."""
    if told["error"]["code"] != "NOT_FOUND":
        return Misconfigured("the CRM is not at this URL")
    return Missing("there is no account of this id")


def _open_account(told: Told) -> Account:
    if not _is_open(told):
        raise Missing("there is no account of this id")
    return _account(told)


def _put_account(told: Told) -> Account:
    """Quirk 6."""
    if not _is_open(told):
        raise Rejected("the account is retired", kind="retired", status=409)
    return _account(told)


def _is_open(told: Told) -> bool:
    return IS_OPEN[told["status"]]


def _open(told: Told) -> list[Told]:
    return [account for account in told["data"] if _is_open(account)]


def _accounts(told: Told) -> list[Account]:
    return [_account(account) for account in _open(told)]


def _only_account(told: Told) -> Account:
    return _account(_only(told))


def _only_id(told: Told) -> str:
    return str(_only(told)["id"])


def _only(told: Told) -> Told:
    accounts = _open(told)
    if not accounts:
        raise Missing("there is no account of this customer")
    return accounts[0]


def _upsert(profile: AccountProfile) -> dict[str, str]:
    tier = {"tier": TIERS[profile.segment]} if profile.segment else {}
    return {"displayName": profile.name, "mail": profile.email, **tier}


def _consents_of(customer_id: str) -> str:
    return f"/accounts/by-ref/{segment(customer_id)}/consents"


def _preferences(told: Told) -> ContactPreferences:
    if not _is_open(told):
        raise Missing("there is no account of this customer")
    said = {
        topic: {way: told[theirs][their_way] for way, their_way in WAYS.items()}
        for topic, theirs in TOPICS.items()
    }
    return ContactPreferences.model_validate(said, strict=True)


def _consents(preferences: ContactPreferences) -> dict[str, dict[str, bool]]:
    said = preferences.model_dump()
    return {
        theirs: {their_way: said[topic][way] for way, their_way in WAYS.items()}
        for topic, theirs in TOPICS.items()
    }


def _told(activity: NewActivity) -> dict[str, str | int]:
    occurred = (activity.at - EPOCH) // MILLISECOND
    return {"kind": activity.kind, "summary": activity.subject, "occurredAt": occurred}


def _activity(told: Told) -> Activity:
    return Activity(
        id=told["clientId"] or told["id"],  # typed in at the CRM, it has no id of ours
        kind=told["kind"],
        subject=told["summary"],
        at=EPOCH + told["occurredAt"] * MILLISECOND,
    )


def _activities(told: Told) -> Activities:
    items = [_activity(activity) for activity in told["data"]]
    return Activities(items=items, next_cursor=told["nextCursor"])


def _invalid(told: Told) -> Problem:
    errors = [
        at(POINTERS.get(field["name"], ""), "the CRM does not accept this")
        for field in told["fields"]
    ]
    return Rejected("the CRM does not accept some fields", errors=errors)


def _bad_cursor(_told: Told) -> Problem:
    error = {"detail": "not a cursor of this list", "parameter": "cursor", "in": "query"}
    title = "A parameter is not valid"
    return Rejected(kind="invalid-parameter", title=title, status=400, errors=[error])


def _other_activity(_told: Told) -> Problem:
    return Rejected("another activity has this id", kind="conflict", status=409)


REFUSALS: Mapping[str, Callable[[Told], Problem]] = {
    "ACTIVITY_EXISTS": _other_activity,
    "BAD_CURSOR": _bad_cursor,
    "INVALID_FIELDS": _invalid,
}


def _refusal(told: Told) -> Problem:
    error = told["error"]
    refusal = REFUSALS.get(error["code"])
    return refusal(error) if refusal else Rejected("the CRM does not accept this")
