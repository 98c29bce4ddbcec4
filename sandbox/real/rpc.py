"""The least of Tryton's JSON-RPC that provisioning and reading back need.

Shape: POST /<database>/rpc/ {"id", "method", "params"}; the last parameter is the context.
Source: trytond/protocols/jsonrpc.py and dispatcher.py of trytond 8.2.1.
"""

import base64
import datetime
import gzip
import http.client
import json
from typing import Any


class TrytonError(Exception):
    """Tryton refused. Business errors arrive as HTTP 200 with an `error` list."""


def decimal(number: str) -> dict[str, Any]:
    return {"__class__": "Decimal", "decimal": number}


def date(day: datetime.date) -> dict[str, Any]:
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


class Tryton:
    """One logged-in user on one database."""

    def __init__(self, port: int, database: str, timeout: float = 120) -> None:
        self._port = port
        self._path = f"/{database}/rpc/"
        self._timeout = timeout
        self._authorization: str | None = None
        self.user = 0
        self.context: dict[str, Any] = {}

    def login(self, name: str, password: str) -> None:
        self.user, token = self._post("common.db.login", [name, {"password": password}])[:2]
        session = base64.b64encode(f"{name}:{self.user}:{token}".encode()).decode()
        self._authorization = f"Session {session}"
        self.refresh_context()

    def refresh_context(self) -> None:
        """The company is part of the context: fetch it anew once the user has got one."""
        self.context = self._post("model.res.user.get_preferences", [True, {}])

    def call(self, method: str, *params: Any, context: dict[str, Any] | None = None) -> Any:
        return self._post(method, [*params, self.context | (context or {})])

    def create(self, model: str, *records: dict[str, Any]) -> list[int]:
        """All the records in one call: a call costs more than a record."""
        ids: list[int] = self.call(f"model.{model}.create", list(records))
        return ids

    def find(self, model: str, *clauses: list[Any]) -> int:
        """The id of the one record meant; an IndexError if there is none."""
        found: list[int] = self.call(f"model.{model}.search", list(clauses), 0, 1, None)
        return found[0]

    def read(self, model: str, clauses: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.call(
            f"model.{model}.search_read", clauses, 0, None, None, fields
        )
        return rows

    def _post(self, method: str, params: list[Any]) -> Any:
        status, body = self._send({"id": 0, "method": method, "params": params})
        if status != 200:
            raise TrytonError(f"{method}: HTTP {status} {body[:200]!r}")
        answer = json.loads(body)
        if "error" in answer:
            raise TrytonError(f"{method}: {answer['error']}")
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> tuple[int, bytes]:
        # Offer gzip: a reply over 1,400 bytes is labelled gzip whether or not it was offered.
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            connection.request("POST", self._path, json.dumps(message), headers)
            reply = connection.getresponse()
            body = reply.read()
        finally:
            connection.close()
        zipped = reply.getheader("Content-Encoding") == "gzip"
        return reply.status, gzip.decompress(body) if zipped else body
