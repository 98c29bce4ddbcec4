"""The endpoints: who may call, what is asked, one transaction, the answer."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.clock import Clock
from sandbox.messages import Json, Reply, Request, json_reply
from sandbox.salesforce import composite, login, query, sobjects
from sandbox.salesforce.controls import Controls
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.settings import change, setting
from sandbox.store import transaction

API = "/services/data/v62.0"
TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
LIKE_A_FILE = re.compile(r".*\.(inc|json|xml)", re.IGNORECASE)
CODES = {401: "INVALID_SESSION_ID", 429: "REQUEST_LIMIT_EXCEEDED", 500: "UNKNOWN_EXCEPTION"}

OPERATIONS = {
    ("POST", re.compile(re.escape(TOKEN_PATH))): "login",
    ("POST", re.compile(f"{API}/composite")): "composite",
    ("GET", re.compile(f"{API}/query(All)?")): "query",
    ("GET", re.compile(f"{API}/query/[^/]+")): "queryMore",
    ("PATCH", re.compile(f"{API}/sobjects/[^/]+/[^/]+/[^/]+")): "upsert",
    ("PATCH", re.compile(f"{API}/sobjects/[^/]+/[^/]+")): "update",
    ("POST", re.compile(f"{API}/sobjects/[^/]+")): "create",
}


class Salesforce:
    own_faults: Mapping[str, Callable[[], Reply]] = {
        "server_unavailable": SalesforceError(
            503, "SERVER_UNAVAILABLE", "The server is unable to handle the request"
        ).reply
    }
    operations: Sequence[str] = list(OPERATIONS.values())

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self.db, self.clock = db, clock
        self.own_controls: Mapping[tuple[str, str], Callable[[Json], Json]] = Controls(db).actions
        db.create_function("fold", 1, lambda text: text and text.casefold(), deterministic=True)

    def operation_of(self, request: Request) -> str:
        for (method, path), name in OPERATIONS.items():
            if method == request.method and path.fullmatch(request.path):
                return name
        return "unknown"

    def answer(self, request: Request) -> Reply:
        try:
            if self.operation_of(request) == "login":
                return self._log_in(request)
            with transaction(self.db):
                usage = self._admit(request)
            reply = self._counted(request)
            if b"UNABLE_TO_LOCK_ROW" in reply.body:  # counted here, where nothing is rolled back
                with transaction(self.db):
                    change(self.db, "lockedCalls", int(setting(self.db, "lockedCalls")) - 1)
            return reply.with_header("sforce-limit-info", f"api-usage={usage}")
        except login.RefusedLogin as refused:
            return refused.reply
        except SalesforceError as error:
            return error.reply()

    def _log_in(self, request: Request) -> Reply:
        host = request.headers.get("host", "")
        with transaction(self.db):
            return login.token(self.db, self.clock.now(), host, request.body)

    def _admit(self, request: Request) -> str:
        """Counts the call; how many there were, of how many there may be."""
        if not login.alive(self.db, self.clock.now(), request.headers.get("authorization", "")):
            raise SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        used, limit = int(setting(self.db, "apiUsed")), int(setting(self.db, "apiLimit"))
        if used >= limit:
            raise SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        change(self.db, "apiUsed", used + 1)
        return f"{used + 1}/{limit}"

    def _counted(self, request: Request) -> Reply:
        try:
            body = _json(request.body)
            with transaction(self.db):
                if self.operation_of(request) == "composite":
                    return json_reply(200, composite.run(self.db, body, self._perform))
                status, told = self._perform(
                    request.method, request.path, body, request.query.get("q")
                )
        except SalesforceError as error:
            return error.reply()
        return Reply(status) if told is None else json_reply(status, told)

    def _perform(
        self, method: str, url: str, body: Json, soql: str | None = None
    ) -> tuple[int, Json]:
        """One request, alone or of several; `url` may have the query in it."""
        path = urlsplit(url).path
        soql = soql or dict(parse_qsl(urlsplit(url).query)).get("q")
        match method, path.removeprefix(f"{API}/").split("/"):
            case "GET", ["query" | "queryAll" as which]:
                everything = which == "queryAll"
                return 200, query.run(self.db, self.clock.now(), soql, everything=everything)
            case "GET", ["query", locator]:
                return 200, query.more(self.db, locator)
            case "PATCH", ["sobjects", sobject, field, key]:
                return self._upsert(sobject, field, unquote(key), body)
            case "PATCH", ["sobjects", sobject, record]:
                sobjects.require(sobject)
                sobjects.update(self.db, sobject, record, sobjects.checked(sobject, body))
                return 204, None
            case "POST", ["sobjects", sobject]:
                sobjects.require(sobject)
                new = sobjects.create(self.db, sobject, sobjects.checked(sobject, body))
                return 201, {"id": new, "success": True, "errors": []}
        raise not_found()

    def _upsert(self, sobject: str, field: str, key: str, body: Json) -> tuple[int, Json]:
        sobjects.require(sobject)
        if LIKE_A_FILE.fullmatch(key):
            raise not_found()
        if field != sobjects.EXTERNAL_ID or setting(self.db, "fieldHidden"):
            why = "Provided external ID field does not exist or is not accessible"
            raise not_found(f"{why}: {field}")
        fields = sobjects.checked(sobject, body)
        if sobjects.EXTERNAL_ID in fields:
            message = f"The {field} field should not be specified in the sobject data."
            raise SalesforceError(400, "INVALID_FIELD", message)
        return sobjects.upsert(self.db, sobject, key, fields)

    def refuse(self, status: int, message: str) -> Reply:
        return SalesforceError(status, CODES.get(status, "UNKNOWN_EXCEPTION"), message).reply()

    def state(self) -> Json:
        tables = {name: f"SELECT * FROM {name} ORDER BY no" for name in ("accounts", "tasks")}  # noqa: S608
        return {name: [dict(row) for row in self.db.execute(s)] for name, s in tables.items()}


def _json(body: bytes) -> Json:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError) as error:
        raise SalesforceError(400, "JSON_PARSER_ERROR", "The body is not JSON") from error
