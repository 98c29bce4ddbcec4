"""A user at work in one database: logged in when first needed, and again when the session ends."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.protocols.http import HttpBackend
from connectors.protocols.jsonrpc import JsonRpc, RpcError, Unauthorized
from connectors.reach import Reach
from connectors.vendors.tryton import TrytonOptions
from connectors.vendors.tryton.errors import problem
from connectors.vendors.tryton.values import Domain, Row, Values, View
from runtime.problems import Misconfigured, garbage

T = TypeVar("T")

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)

LOCKED_OUT = 300.0
"""Seconds for which Tryton counts failed logins."""

NOTHING: Mapping[str, Any] = {}
BY_ID = (("id", "ASC"),)


@dataclass(frozen=True, slots=True)
class _Login:
    headers: Mapping[str, str]
    context: Mapping[str, Any]


class Session:
    def __init__(self, who: str, options: TrytonOptions, reach: Reach) -> None:
        backend = HttpBackend(
            who,
            options.url,
            reach,
            headers={"accept-encoding": "gzip"},
            timeout=options.timeout_seconds,
        )
        self._who = who
        self._options = options
        self._rpc = JsonRpc(backend, f"/{options.database}/rpc/")
        self._current: _Login | None = None
        self._one_at_a_time = asyncio.Lock()
        self._locked_out_until = 0.0

    async def find(
        self,
        view: View[T],
        domain: Domain,
        context: Row = NOTHING,
        most: int | None = None,
        order: Domain = BY_ID,
    ) -> list[T]:
        """Everything the domain holds for, by ascending id if nothing else is said; at `most` so many."""
        rows = await self._call(
            f"model.{view.model}.search_read",
            [domain, 0, most, order, view.fields],
            context,
            repeatable=True,
        )
        return self.read(lambda found: [view.made_of(row) for row in found], rows)

    async def one(self, view: View[T], domain: Domain) -> T:
        """The first, of what there has to be: Misconfigured without."""
        if not (found := await self.find(view, domain)):
            raise Misconfigured(f"{self._who} has no {view.model} that we can use")
        return found[0]

    async def company(self) -> int:
        """The id of the company our user works for."""
        return int((await self._login()).context["company"])

    async def create(self, model: str, values: Values) -> int:
        created = await self._call(f"model.{model}.create", [[values]])
        return self.read(lambda ids: int(ids[0]), created)

    async def write(
        self, model: str, ids: Sequence[int], values: Values, context: Row = NOTHING
    ) -> None:
        await self._call(f"model.{model}.write", [ids, values], context, repeatable=not context)

    async def press(
        self, model: str, button: str, ids: Sequence[int], context: Row = NOTHING
    ) -> None:
        await self._call(f"model.{model}.{button}", [ids], context)

    async def say_yes(self, question: str) -> None:
        """For once, to what it asks before it does a thing (`Asked`), as its own client does."""
        await self._call("model.res.user.warning.skip", [question, False])

    async def ask(self, method: str, reader: Callable[[Any], T]) -> T:
        """A question that has no parameters but the context."""
        return self.read(reader, await self._call(method, [], repeatable=True))

    def read(self, reader: Callable[[Any], T], told: Any) -> T:
        """What `reader` makes of what Tryton told us, or garbage when it cannot."""
        try:
            return reader(told)
        except UNREADABLE as error:
            raise garbage(self._who, "the answer cannot be understood") from error

    async def _call(
        self,
        method: str,
        params: Sequence[Any],
        context: Row = NOTHING,
        *,
        repeatable: bool = False,
    ) -> Any:
        login = await self._login()
        try:
            return await self._send(login, method, params, context, repeatable)
        except Unauthorized:
            login = await self._login(instead_of=login)
        try:
            return await self._send(login, method, params, context, repeatable)
        except Unauthorized as error:
            raise Misconfigured(f"{self._who} ends our sessions at once") from error

    async def _send(
        self, login: _Login, method: str, params: Sequence[Any], context: Row, repeatable: bool
    ) -> Any:
        everything = [*params, {**login.context, **context}]
        try:
            return await self._rpc.call(
                method, everything, headers=login.headers, repeatable=repeatable
            )
        except RpcError as error:
            raise problem(self._who, error) from error

    async def _login(self, instead_of: _Login | None = None) -> _Login:
        async with self._one_at_a_time:
            if self._current is None or self._current is instead_of:
                self._current = None
                self._current = await self._log_in()
            return self._current

    async def _log_in(self) -> _Login:
        if asyncio.get_running_loop().time() < self._locked_out_until:
            raise Misconfigured(f"{self._who} refused our password a short while ago")
        options = self._options
        secret = {"password": options.password.get_secret_value()}
        try:
            answer = await self._rpc.call("common.db.login", [options.user, secret])
            headers = self.read(self._authorization, answer)
            told = await self._rpc.call(
                "model.res.user.get_preferences", [True, {}], headers=headers
            )
        except RpcError as error:
            raise problem(self._who, error) from error
        except Unauthorized as error:
            self._locked_out_until = asyncio.get_running_loop().time() + LOCKED_OUT
            raise Misconfigured(f"{self._who} refuses our user or password") from error
        return _Login(headers, self.read(self._context, told))

    def _authorization(self, answer: Any) -> Mapping[str, str]:
        user_id, key, *_ = answer
        session = f"{self._options.user}:{user_id}:{key}".encode()
        return {"authorization": f"Session {b64encode(session).decode()}"}

    def _context(self, preferences: Row) -> Mapping[str, Any]:
        if not preferences.get("company"):
            raise Misconfigured(f"{self._who}: our user belongs to no company")
        return {"company": preferences["company"], "language": "en"}
