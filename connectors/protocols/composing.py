"""A request from its parts: query, one of three kinds of body, headers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from runtime.calls.http import Headers, Request

JSON = b"application/json"
FORM = b"application/x-www-form-urlencoded"


def compose(
    method: str,
    url: str,
    *,
    query: Mapping[str, Any] | None = None,
    json: Any = None,
    form: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    headers: Headers,
) -> Request:
    """`content` is sent as it is; its content-type is for `headers` to say."""
    if query is not None:
        url += "?" + urlencode(query, doseq=True, quote_via=quote)
    if json is not None:
        return Request(method, url, [*headers, (b"content-type", JSON)], orjson.dumps(json))
    if form is not None:
        body = urlencode(form, doseq=True).encode()
        return Request(method, url, [*headers, (b"content-type", FORM)], body)
    return Request(method, url, headers, content or b"")


def encoded(headers: Mapping[str, str] | Headers) -> Headers:
    """As a request has them; those that have been encoded before stay as they are."""
    if isinstance(headers, list):
        return headers
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
