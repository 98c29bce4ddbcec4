"""What a request looks like on the wire (RFC 9112), and where it goes."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from runtime.calls.http import Request, Unreached

try:
    USER_AGENT = f"User-Agent: strata/{version('strata')}".encode()
except PackageNotFoundError:  # run from the source tree
    USER_AGENT = b"User-Agent: strata"

FRAMING = frozenset({b"connection", b"content-length", b"transfer-encoding"})
"""Ours to say: one that does not fit what is sent makes two requests of one."""

HAVE_CONTENT = frozenset({"POST", "PUT", "PATCH"})
"""Say so even when it is empty (RFC 9110, 8.6)."""

_URL = re.compile(r"(https?)://([^/?#@\s\\]+)([/?][!-\"$-~]*)?(?:#.*)?", re.IGNORECASE)
_METHOD = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Origin:
    host: str
    port: int
    secure: bool


@dataclass(slots=True)
class Outgoing:
    origin: Origin
    head: bytes
    body: bytes
    has_reply_body: bool
    """Not the reply to a HEAD, whatever length it announces."""


def outgoing(request: Request) -> Outgoing:
    """Raises Unreached where there is nowhere to send it to; ValueError for what is no request."""
    found = _URL.fullmatch(request.url)
    if found is None or not _METHOD.fullmatch(request.method):
        raise Unreached("no method and URL of HTTP")
    scheme, authority, target = found.groups("/")
    origin, host = _origin(scheme.lower(), authority)
    target = target if target[0] == "/" else f"/{target}"
    lines = [f"{request.method} {target} HTTP/1.1".encode()]
    given = dict(request.headers)
    if b"host" not in given:
        lines.append(host)
    if b"user-agent" not in given:
        lines.append(USER_AGENT)
    lines += [name + b": " + value for name, value in request.headers if name not in FRAMING]
    if request.body or request.method in HAVE_CONTENT:
        lines.append(b"Content-Length: %d" % len(request.body))
    return Outgoing(origin, _head(lines), request.body, request.method != "HEAD")


def _head(lines: list[bytes]) -> bytes:
    head = b"\r\n".join([*lines, b"\r\n"])
    breaks = len(lines) + 1
    if head.count(b"\n") != breaks or head.count(b"\r") != breaks or b"\0" in head:
        raise ValueError("a header with a line break or a NUL in it")
    return head


@lru_cache(maxsize=1024)
def _origin(scheme: str, authority: str) -> tuple[Origin, bytes]:
    """With its Host line. Of the rest of a URL, which may be personal, nothing is remembered."""
    host, colon, port = _split(authority)
    named = f"Host: {f'[{host}]' if ':' in host else host}{colon}{port}".encode()
    secure = scheme == "https"
    return Origin(host, int(port) if port else (443 if secure else 80), secure), named


def _split(authority: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(f"//{authority}")
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise Unreached("no host and port") from error
    if not host:
        raise Unreached("no host")
    return (host, "", "") if port is None else (host, ":", str(port))
