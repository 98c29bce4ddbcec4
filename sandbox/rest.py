"""What the REST vendors share: a route table, a credential, one transaction per call."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hmac import compare_digest
from typing import Any, ClassVar
from urllib.parse import unquote

from sandbox.clock import Clock
from sandbox.messages import Json, Reply, Request, json_reply
from sandbox.store import transaction


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler works with: `args` come from the path, `body` is parsed, `now` in seconds."""

    db: sqlite3.Connection
    now: float
    args: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json = None


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    operation: str
    handler: Handler

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template))


class RefusedError(Exception):
    """A vendor says no. Raised before anything is written, unless the vendor says otherwise."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status, body)
        self.reply = json_reply(status, body)


class NoRouteError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def find_route(routes: Sequence[Route], request: Request) -> tuple[Route, dict[str, str]]:
    known_path = False
    for route in routes:
        if match := route.pattern.fullmatch(request.path):
            if route.method == request.method:
                return route, {name: unquote(text) for name, text in match.groupdict().items()}
            known_path = True
    if known_path:
        raise NoRouteError(405, f"{request.method} is not possible here")
    raise NoRouteError(404, f"Nothing is at {request.path}")


class RestBackend:
    routes: ClassVar[Sequence[Route]]
    credential: ClassVar[tuple[str, str]]  # header name in lower case, its whole value
    own_faults: Mapping[str, Callable[[], Reply]] = {}

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self.db = db
        self.clock = clock

    @property
    def operations(self) -> Sequence[str]:
        return [route.operation for route in self.routes]

    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        return {}

    def operation_of(self, request: Request) -> str:
        try:
            return find_route(self.routes, request)[0].operation
        except NoRouteError:
            return "unknown"

    def answer(self, request: Request) -> Reply:
        header, value = self.credential
        if not compare_digest(request.headers.get(header, "").encode(), value.encode()):
            return self.refuse(401, f"The {header} header is missing or wrong")
        try:
            route, args = find_route(self.routes, request)
            body = self.read(request)
            with transaction(self.db):
                call = Call(self.db, self.clock.now(), args, request.query, body)
                return self.perform(route, call, request)
        except NoRouteError as missing:
            return self.refuse(missing.status, str(missing))
        except RefusedError as refused:
            return refused.reply
        except UnicodeEncodeError:
            return self.refuse(400, "Half a surrogate pair is not text")

    def read(self, request: Request) -> Json:
        """The parsed body; None without one."""
        try:
            return json.loads(request.body) if request.body else None
        except (ValueError, RecursionError) as error:
            raise RefusedError(400, self.say(400, f"The body is not JSON: {error}")) from error

    def perform(self, route: Route, call: Call, _request: Request) -> Reply:
        return route.handler(call)

    def refuse(self, status: int, message: str) -> Reply:
        return json_reply(status, self.say(status, message))

    def say(self, status: int, message: str) -> Json:
        """An error body in this vendor's shape."""
        raise NotImplementedError

    def state(self) -> Any:
        raise NotImplementedError
