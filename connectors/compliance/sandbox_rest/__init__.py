"""The sandbox screening provider: JSON over REST, a key in `X-Api-Key`; checks under our reference.

1. Every POST makes a check, and a check costs money. *Why this matters:* we look before we create,
   never send a POST twice, and look again afterwards, for what a time-out hid or another made
   meanwhile. Of several the oldest counts, for everybody.
2. A search finds every reference that begins with ours, the newest first, in pages. *Why this
   matters:* `ob-1` finds `ob-10` as well, and the oldest is on the last page: we read to the end.
3. The applicant is never told again. *Why this matters:* whether a check is of the same subject is
   told by a digest that we leave in `clientData`.
4. A check runs for a while, and an analyst may take days over a REFER. *Why this matters:* a status
   is read, never kept.
5. A REFER stays one when it has been resolved. *Why this matters:* who reads the result alone waits
   for ever; the resolution decides.
6. A second resolution is refused, even the same one. *Why this matters:* we then read what the
   first one was.
7. Alerts get new codes without notice. *Why this matters:* one we do not know is a reason all the
   same; a state or a result we do not know is no answer, and never "clear".
"""

from functools import partial
from typing import Any

from connectors.compliance import Compliance
from connectors.compliance.sandbox_rest import words
from connectors.compliance.sandbox_rest.dropped import DROPPED as DROPPED
from connectors.compliance.sandbox_rest.words import Check
from connectors.protocols.http import HttpBackend
from connectors.protocols.options import HeaderSecret, HttpOptions
from connectors.reach import Reach
from contracts.models.system.compliance.v1 import Decision, Screening, Subject
from runtime.calls.http import Reply
from runtime.calls.paths import segment
from runtime.problems import Misconfigured, Missing, Rejected, Unavailable, garbage

NAME = "compliance"
PAGE = 25
MOST_PAGES = 40


class Options(HttpOptions):
    api_key: HeaderSecret


class Connector(Compliance):
    def __init__(self, options: Options, reach: Reach) -> None:
        self._backend = HttpBackend(
            NAME,
            options.url,
            reach,
            headers={"X-Api-Key": options.api_key.get_secret_value()},
            timeout=options.timeout_seconds,
        )

    async def put_screening(self, screening_id: str, subject: Subject) -> Screening:
        check = await self._find(screening_id) or await self._created(screening_id, subject)
        if check.digest != words.digest(subject):
            raise Rejected("another subject is under this id", kind="conflict", status=409)
        return check.screening

    async def get_screening(self, screening_id: str) -> Screening:
        return (await self._require(screening_id)).screening

    async def decide(self, screening_id: str, decision: Decision) -> Screening:
        check = await self._require(screening_id)
        if check.screening.status == "review":
            await self._resolve(check.id, decision)
            check = await self._require(screening_id)
            if check.screening.status == "review":
                raise garbage(NAME, "it says that it has resolved a check, and has not")
        made = check.screening.decision
        if made is None:
            raise Rejected("there is nothing to decide", kind="not-in-review", status=409)
        if made.outcome != decision.outcome:
            raise Rejected("it was decided otherwise", kind="conflict", status=409)
        return check.screening

    async def _created(self, screening_id: str, subject: Subject) -> Check:
        """Quirk 1. A failure counts only if afterwards nothing is found."""
        made = failure = None
        try:
            made = await self._create(screening_id, subject)
        except Misconfigured:
            raise
        except Unavailable as error:
            failure = error
        found = await self._find(screening_id) or made
        if found is None:
            raise failure or garbage(NAME, "the answer is about another check")
        return found

    async def _create(self, screening_id: str, subject: Subject) -> Check | None:
        body = {
            "externalReference": screening_id,
            "clientData": words.digest(subject),
            "applicant": words.applicant(subject),
        }
        reply = await self._send("createCheck", "POST", json=body, accept={404, 422})
        if reply.status == 422:
            raise self._backend.read(reply, words.invalid)
        return self._backend.read(reply, partial(words.check_under, screening_id))

    async def _find(self, screening_id: str) -> Check | None:
        """The oldest check under exactly this reference (quirks 1 and 2)."""
        oldest: Check | None = None
        query: dict[str, Any] = {"externalReference": screening_id, "pageSize": PAGE}
        for _ in range(MOST_PAGES):
            reply = await self._send("searchChecks", "GET", query=query, accept={404})
            found, after = self._backend.read(reply, partial(words.page, screening_id))
            oldest = found[-1] if found else oldest
            if after is None:
                return oldest
            query["after"] = after
        raise garbage(NAME, "its search does not come to an end")

    async def _require(self, screening_id: str) -> Check:
        check = await self._find(screening_id)
        if check is None:
            raise Missing("there is no such screening")
        return check

    async def _resolve(self, check_id: str, decision: Decision) -> None:
        """Whoever was first is heard (quirk 6), so that sending it again does no harm."""
        path = f"/{segment(check_id)}/resolution"
        body = words.resolution(decision)
        await self._send("resolveCheck", "POST", path, json=body, repeatable=True, accept={409})

    async def _send(self, operation: str, method: str, path: str = "", **parts: Any) -> Reply:
        reply = await self._backend.send(operation, method, f"/v2/checks{path}", **parts)
        if reply.status == 404:
            raise Misconfigured("the screening provider is not at this URL")
        return reply
