"""Salesforce over its REST API, v62.0: customers are Accounts, what happened with them Tasks.

The org needs custom fields. On Account: StrataId__c (text 255, external id, unique, case
sensitive), StrataEmail__c (text 254), StrataSegment__c (picklist), StrataClosed__c and those of
words.PREFERENCES (checkboxes). On Activity: StrataId__c likewise, StrataAt__c (date and time). The
connected app takes our certificate and pre-authorises our user.

1. A login by assertion (RFC 7523) gives a token without a lifetime, and the address to use it at.
   *Why this matters:* the first 401 tells that a session has ended: we log in once for all callers
   and repeat the call. An address that the configuration does not name never gets our token.
2. Every call counts against a limit of the whole org for a rolling day, and a composite of 25 counts
   as one. *Why this matters:* each method of ours is one call; the use is watched, and when all are
   used up no retry can help (403 REQUEST_LIMIT_EXCEEDED is about tomorrow, not about our rights).
3. A composite call is 200 whatever its steps became; steps without a reference between them may
   change places unless `collateSubrequests` is false. *Why this matters:* each step is looked at, and
   what is read after a write has to be read after it.
4. An external id in a path that ends like a file's name (`C-1.inc`) is 404. *Why this matters:* our
   ids may have dots, so StrataId__c has `~` in their place, which no id of ours has.
5. 404 NOT_FOUND also says that our user may not see the field of the external id. *Why this
   matters:* a missing right would look like a missing customer, so we read by queries, whose
   INVALID_FIELD says what is wrong, and any 404 is for an operator.
6. Moments are kept to the second, texts without the blanks around them. *Why this matters:* what was
   cut must not make an activity that is sent again a different one.
7. An upsert replaces. *Why this matters:* an activity must not, so it is created: DUPLICATE_VALUE
   from the unique StrataId__c is what tells a repeat, in the same call as the record to compare.
8. An upsert is a look-up and a write: two of one new record at once, and one of them answers
   DUPLICATE_VALUE. *Why this matters:* that account is there now, and sending it again updates it.
9. `=` takes no heed of letter case, except for a case-sensitive external id. *Why this matters:*
   addresses are found in any case; for ids we rely on the field, and check whose account we got.
10. Completed tasks older than a year are archived, and hidden from `query`. *Why this matters:* a
    customer's past would end there, so tasks are read by `queryAll`, which knows the deleted too.
11. A field of type Email holds 80 characters and makes them small. *Why this matters:* ours has 254
    and is kept as put, so the address is in a text field.
12. What is typed in by hand has a day at most, and no moment. *Why this matters:* it has no place in
    a list by moment; it is listed once the org fills StrataAt__c, as a flow of its own can.
13. A duplicate rule that only warns in the browser refuses over the API. *Why this matters:* several
    customers may share an address; that is a conflict (DUPLICATES_DETECTED), not our mistake.
14. An id has 15 characters that differ by letter case, and 3 more that make up for its loss; one that
    does not fit is an error of the query. *Why this matters:* an id nobody has must be missing, no
    mistake of ours, so it is checked before it is asked for.
15. A delete frees the external id, and an upsert that it overtook would make the account anew. *Why
    this matters:* an account is emptied and closed instead, or made closed: an upsert keeps what it
    does not name, so it stays so. Only the open are read; an upsert that does not find its account
    among them is refused by us, and leaves its name and address in the closed one, where we show
    them to nobody. Its tasks stay there too.
16. HasOptedOutOfEmail is on contacts and leads, and says one thing about all mail. *Why this matters:*
    an account has none, so what a customer wants to be told is in checkboxes of its own. A checkbox is
    never null: who never said anything has the org's default.
17. An upsert makes what is not there. *Why this matters:* preferences open no account, so they are
    written to the record that is looked up in the same call.

Sources: Salesforce REST API Developer Guide ("Upsert Records Using sObject Rows by External ID",
"Composite Request Body", "Limit Info Header", "Status Codes and Error Responses", "QueryAll");
Salesforce Help ("OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration"); SOQL and SOSL
Reference ("Quoted String Escape Sequences"); Object Reference ("Archived Activities", "Primitive
Data Types"); restforce issues 182 and 243, simple-salesforce issue 22.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from connectors.crm import Crm
from connectors.crm.salesforce import words
from connectors.crm.salesforce.options import Options
from connectors.crm.salesforce.org import Org, Results, Row, Step, query
from connectors.crm.salesforce.refusals import DuplicateValue
from connectors.crm.salesforce.soql import literal, select
from connectors.reach import Reach
from contracts.models.canonical import ContactPreferences
from contracts.models.system.crm.v1 import (
    Account,
    AccountProfile,
    Activities,
    Activity,
    NewActivity,
    Segment,
)
from runtime.calls.paths import segment
from runtime.problems import Misconfigured, Missing, Rejected, garbage

__all__ = ["Connector", "Options"]

T = TypeVar("T")

NAME = "crm"
TAKEN = frozenset({"DUPLICATE_VALUE"})
DROPPED = {
    "/access_token": "goes back in a header, as it came",
    "/id": "our user's own page",
    "/scope": "what we may do is said when we may not",
    "/token_type": "always Bearer",
    "attributes/*": "where Salesforce keeps the record, which is for people",
    "/compositeResponse/body": "of an update that was done: nothing",
    "body/created": "whether it was there before makes no difference",
    "body/id": "the record is read in the same call",
    "body/success": "the same",
    "httpStatusCode": "a 201 is as good as a 200; what is refused says why in its body",
    "message": "sentences that quote what was sent: the code says it",
    "totalSize": "the records are here to be counted",
}
NEWEST_FIRST = "ORDER BY StrataAt__c DESC, Id DESC"


class Connector(Crm):
    def __init__(self, options: Options, reach: Reach) -> None:
        self._org = Org(NAME, options, reach)
        self._values = options.segments
        self._segments: dict[str, Segment] = {v: ours for ours, v in options.segments.items()}

    async def get_account(self, customer_id: str) -> Account:
        rows = await self._org.rows("getAccount", _by_id(customer_id))
        return self._read(lambda: self._account(customer_id, rows))

    async def get_account_by_external_id(self, external_id: str) -> Account:
        if not words.is_id(external_id):  # quirk 14
            raise _no_account()
        where = f"Id = {literal(external_id)} AND StrataId__c != null"
        rows = await self._org.rows("getAccountByExternalId", _open(where))
        if not rows:
            raise _no_account()
        return self._read(lambda: words.account(rows[0], self._segments))

    async def find_accounts(self, email: str) -> list[Account]:
        where = f"StrataEmail__c = {literal(email)} AND StrataId__c != null"
        rows = await self._org.rows("findAccounts", _open(where, "ORDER BY Id"))
        return self._read(lambda: [words.account(row, self._segments) for row in rows])

    async def put_account(self, customer_id: str, profile: AccountProfile) -> Account:
        fields = words.account_fields(profile, self._values)
        rows = await self._upsert("putAccount", customer_id, fields)
        if not rows:  # quirk 15
            raise Rejected("the account is retired", kind="retired", status=409)
        return self._read(lambda: self._account(customer_id, rows))

    async def remove_account(self, customer_id: str) -> None:
        if await self._upsert("removeAccount", customer_id, words.CLOSED):
            raise garbage(NAME, "it leaves an account open that it has closed")

    async def get_preferences(self, customer_id: str) -> ContactPreferences:
        rows = await self._org.rows(
            "getPreferences", _by_id(customer_id, words.PREFERENCES.values())
        )
        return self._read(lambda: self._preferences(customer_id, rows))

    async def put_preferences(
        self, customer_id: str, preferences: ContactPreferences
    ) -> ContactPreferences:
        found = "/sobjects/Account/@{account.records[0].Id}"
        steps = [
            query("account", _by_id(customer_id)),
            Step("update", "PATCH", found, words.preference_fields(preferences)),
            query("updated", _by_id(customer_id, words.PREFERENCES.values())),
        ]
        results = await self._org.together("putPreferences", steps, all_or_none=False)
        rows = self._read(results["updated"].rows)
        return self._read(lambda: self._preferences(customer_id, rows))

    async def list_activities(self, customer_id: str, limit: int, cursor: str | None) -> Activities:
        where = [
            f"Account.StrataId__c = {literal(words.key(customer_id))}",
            "StrataAt__c != null",
            "IsDeleted = false",
            *([words.after(cursor)] if cursor is not None else []),
        ]
        more = f"{NEWEST_FIRST} LIMIT {limit + 1}"
        tasks = select(words.TASK, "Task", " AND ".join(where), more)
        steps = [query("account", _by_id(customer_id)), query("tasks", tasks, archived=True)]
        results = await self._org.together("listActivities", steps, read=True)
        self._demand_account(customer_id, results)
        return self._read(lambda: _page(results["tasks"].rows(), limit))

    async def put_activity(
        self, customer_id: str, activity_id: str, activity: NewActivity
    ) -> Activity:
        words.demand_moment(activity)
        wanted = words.as_kept(activity_id, activity)
        fields = words.task_fields(customer_id, "@{account.records[0].Id}", wanted)
        there = f"StrataId__c = {literal(fields['StrataId__c'])} AND IsDeleted = false"
        steps = [
            query("account", _by_id(customer_id)),
            Step("created", "POST", "/sobjects/Task", fields),
            query("task", select(words.TASK, "Task", there), archived=True),
        ]
        results = await self._org.together("putActivity", steps, all_or_none=False, expected=TAKEN)
        self._demand_account(customer_id, results)
        held = self._read(lambda: [words.activity(row) for row in results["task"].rows()])
        if held != [wanted]:
            raise Rejected("another activity has this id", kind="conflict", status=409)
        return wanted

    async def _upsert(self, operation: str, customer_id: str, fields: Row) -> list[Row]:
        """The account, if it is open then."""
        path = f"/sobjects/Account/StrataId__c/{segment(words.key(customer_id))}"
        steps = [Step("upsert", "PATCH", path, fields), query("account", _by_id(customer_id))]
        try:
            results = await self._org.together(operation, steps)
        except DuplicateValue:  # quirk 8
            results = await self._org.together(operation, steps)
        return self._read(lambda: _accounts(results))

    def _demand_account(self, customer_id: str, results: Results) -> None:
        self._read(lambda: self._account(customer_id, _accounts(results)))

    def _account(self, customer_id: str, rows: list[Row]) -> Account:
        """The only one, and the right one, quirk 9."""
        if not rows:
            raise _no_account()
        account = words.account(rows[0], self._segments)
        if len(rows) > 1 or account.customer_id != customer_id:
            raise Misconfigured(f"{NAME}: StrataId__c is not unique and case sensitive")
        return account

    def _preferences(self, customer_id: str, rows: list[Row]) -> ContactPreferences:
        self._account(customer_id, rows)
        return words.preferences(rows[0])

    def _read(self, reader: Callable[[], T]) -> T:
        try:
            return reader()
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise garbage(NAME, "the answer does not fit our contract") from error


def _no_account() -> Missing:
    return Missing("there is no account of this customer")


def _accounts(results: Results) -> list[Row]:
    return results["account"].rows()


def _by_id(customer_id: str, also: Iterable[str] = ()) -> str:
    return _open(f"StrataId__c = {literal(words.key(customer_id))}", also=also)


def _open(where: str, more: str = "", *, also: Iterable[str] = ()) -> str:
    """Quirk 15."""
    fields = [*words.ACCOUNT, *also]
    return select(fields, "Account", f"{where} AND StrataClosed__c = false", more)


def _page(rows: list[Row], limit: int) -> Activities:
    cursor = words.cursor(rows[limit - 1]) if len(rows) > limit else None
    return Activities(items=[words.activity(row) for row in rows[:limit]], next_cursor=cursor)
