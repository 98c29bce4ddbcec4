"""Queries, and several requests in one call; Salesforce counts each call against a daily limit.

Source: REST API Developer Guide, "Query", "QueryAll", "Composite", "Composite Request Body".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from connectors.crm.salesforce.options import Options
from connectors.crm.salesforce.refusals import CONSEQUENCE, Errors, errors_in, problem
from connectors.crm.salesforce.session import Session
from connectors.reach import Reach
from runtime.calls.http import Reply
from runtime.problems import Misconfigured, Unavailable

API = "/services/data/v62.0"

MORE = re.compile(rf"{API}/query(All)?/[\w-]+")
"""What a nextRecordsUrl looks like: no reply takes us anywhere else."""

MOST_PAGES = 100

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One request of several. Later ones may use its reply: `@{name.records[0].Id}`."""

    name: str
    method: str
    path: str
    body: Row | None = None

    def told(self) -> dict[str, Any]:
        told = {"method": self.method, "url": API + self.path, "referenceId": self.name}
        return told | ({"body": self.body} if self.body is not None else {})


@dataclass(frozen=True, slots=True)
class Result:
    status: int
    body: Any
    errors: Errors

    def rows(self) -> list[Row]:
        """All that a query found. Raises TypeError or ValueError where that is not here."""
        if not self.body["done"]:
            raise ValueError("more than the one page that a step can answer")
        return list(self.body["records"])


Results = Mapping[str, Result]
"""By the name of the step."""


def query(name: str, soql: str, *, archived: bool = False) -> Step:
    return Step(name, "GET", f"/{'queryAll' if archived else 'query'}?q={quote(soql, safe='')}")


class Org:
    def __init__(self, who: str, options: Options, reach: Reach) -> None:
        self._who = who
        self.session = Session(who, options, reach)

    async def rows(self, operation: str, soql: str) -> list[Row]:
        """Everything a query finds, page by page."""
        found: list[Row] = []
        path = API + query("", soql).path
        for _ in range(MOST_PAGES):
            reply = await self.session.send(operation, "GET", path)
            page, more = self.session.read(reply, _page)
            found += page
            if more is None:
                return found
            path = more
        raise Unavailable(f"{self._who} lists too many to look through", retry_after=60)

    async def together(
        self,
        operation: str,
        steps: Sequence[Step],
        *,
        all_or_none: bool = True,
        expected: frozenset[str] = frozenset(),
        read: bool = False,
    ) -> Results:
        """All steps in one call; each may be repeated. Raises what the first real error means,
        unless it is one of the codes that are `expected`."""
        body = {
            "allOrNone": all_or_none,
            "collateSubrequests": False,  # true is the default, and lets them change places
            "compositeRequest": [step.told() for step in steps],
        }
        reply = await self.session.send(
            operation,
            "POST",
            f"{API}/composite",
            json=body,
            repeatable=True,
            read=read,
            judge=partial(self._refuse, expected | {CONSEQUENCE}),
        )
        return self.session.read(reply, _results)

    def _refuse(self, expected: frozenset[str], reply: Reply) -> None:
        """The call as a whole is 200 whatever became of its steps."""
        results = self.session.read(reply, _results).values()
        if any(result.status == 300 for result in results):
            raise Misconfigured(f"{self._who}: StrataId__c is not unique")
        errors = [error for result in results for error in result.errors]
        unexpected = [error for error in errors if error["errorCode"] not in expected]
        if unexpected:
            raise problem(self._who, unexpected)


def _page(told: dict[str, Any]) -> tuple[list[Row], str | None]:
    more = None if told["done"] else told["nextRecordsUrl"]
    if more is not None and MORE.fullmatch(more) is None:
        raise ValueError("a page elsewhere")
    return list(told["records"]), more


def _results(told: dict[str, Any]) -> Results:
    return {one["referenceId"]: _result(one) for one in told["compositeResponse"]}


def _result(one: Row) -> Result:
    status, body = int(one["httpStatusCode"]), one["body"]
    return Result(status, body, errors_in(body) if status >= 400 else [])
