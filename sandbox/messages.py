"""What passes over the line: one request in, one reply out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Json = Any  # a JSON document; the vendors' handlers check what they read from it

CREDENTIALS = frozenset({"authorization", "x-api-key"})


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is as sent, still percent-encoded; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def without_credentials(self) -> "Request":
        kept = {name: value for name, value in self.headers.items() if name not in CREDENTIALS}
        return replace(self, headers=kept)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_header(self, name: str, value: str) -> "Reply":
        return replace(self, headers={**self.headers, name: value})


def json_reply(status: int, document: Json) -> Reply:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, {"content-type": "application/json"})


def html_reply(status: int, title: str, text: str) -> Reply:
    page = f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"
    return Reply(status, page.encode(), {"content-type": "text/html; charset=utf-8"})
