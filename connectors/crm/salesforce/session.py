"""A user at work in one org: logged in when first needed, and again when Salesforce ends it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import orjson

from connectors.crm.salesforce import login
from connectors.crm.salesforce.options import Options
from connectors.crm.salesforce.refusals import errors_in, problem
from connectors.crm.salesforce.usage import Usage
from connectors.protocols import statuses
from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.http import Reply
from runtime.problems import Misconfigured

T = TypeVar("T")

Judge = Callable[[Reply], object]

EXPLAINED = frozenset({300, *range(400, 500)}) - {407, 408, 429}
"""Statuses with a body that says more."""

LOCKED_OUT = 60.0
"""Seconds in which a refused login is not tried again: a user may be locked out for too many."""


class Session:
    def __init__(self, who: str, options: Options, reach: Reach) -> None:
        self._who = who
        self._options = options
        self._reach = reach
        self._door = self._backend(options.url)
        self._usage = Usage(who, options.warn_at_usage)
        self._current: HttpBackend | None = None
        self._one_at_a_time = asyncio.Lock()
        self._locked_out_until = 0.0

    async def send(
        self, operation: str, method: str, path: str, *, judge: Judge | None = None, **more: Any
    ) -> Reply:
        """A 2xx reply. `judge` may find errors in one; what is refused as a whole, we find."""

        def judged(reply: Reply) -> None:
            self._usage.note(reply.header(b"sforce-limit-info"))
            if reply.status != 401:
                self._refuse(reply)
                if judge is not None:
                    judge(reply)

        async def sent(org: HttpBackend) -> Reply:
            return await org.send(operation, method, path, accept=EXPLAINED, judge=judged, **more)

        org = await self._login()
        if (reply := await sent(org)).status == 401:
            reply = await sent(await self._login(instead_of=org))
        if reply.status == 401:
            raise Misconfigured(f"{self._who} ends our sessions at once")
        return reply

    def read(self, reply: Reply, reader: Callable[[dict[str, Any]], T]) -> T:
        return self._door.read(reply, reader)

    def _refuse(self, reply: Reply) -> None:
        """Raise what a refusal of the whole request means."""
        if reply.status < 300:
            return
        if reply.status == 300:
            raise Misconfigured(f"{self._who}: StrataId__c is not unique")
        status = statuses.StatusError(reply)
        try:
            errors = errors_in(orjson.loads(reply.body))
        except (ValueError, TypeError):  # a page of something in between
            raise self._by_status(status) from status
        raise problem(self._who, errors) from status

    def _by_status(self, status: statuses.StatusError) -> Exception:
        if status.code == 404:  # no record of ours is looked for by a path
            return Misconfigured(f"{self._who} is not at this URL")
        return statuses.problem(self._who, status)

    async def _login(self, instead_of: HttpBackend | None = None) -> HttpBackend:
        async with self._one_at_a_time:
            if self._current is None or self._current is instead_of:
                self._current = None
                self._current = await self._log_in()
            return self._current

    async def _log_in(self) -> HttpBackend:
        if asyncio.get_running_loop().time() < self._locked_out_until:
            raise Misconfigured(f"{self._who} refused our login a short while ago")
        form = {"grant_type": login.GRANT, "assertion": login.assertion(self._options)}
        reply = await self._door.send(
            "login", "POST", login.TOKEN_PATH, form=form, repeatable=True, accept=EXPLAINED
        )
        if reply.status >= 300:
            self._locked_out_until = asyncio.get_running_loop().time() + LOCKED_OUT
            raise self._shut_out(reply)
        token, instance = self._door.read(reply, partial(login.granted, self._options))
        return self._backend(instance, {"authorization": f"Bearer {token}"})

    def _shut_out(self, reply: Reply) -> Misconfigured:
        try:
            hint = login.hint(orjson.loads(reply.body))
        except (ValueError, LookupError, TypeError):
            hint = ""
        says = f"{self._who} refuses our login ({reply.status})"
        return Misconfigured(f"{says}: {hint}" if hint else says)

    def _backend(self, url: str, headers: dict[str, str] | None = None) -> HttpBackend:
        timeout = self._options.timeout_seconds
        return HttpBackend(self._who, url, self._reach, headers=headers, timeout=timeout)
