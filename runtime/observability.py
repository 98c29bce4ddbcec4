"""One JSON line per event on standard error, with the ids of its call and without secrets."""

import dataclasses
import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import NoneType
from typing import Any

import orjson
import structlog
from pydantic import BaseModel
from structlog.typing import EventDict, WrappedLogger

from runtime.context import ambient

_tracebacks = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals hold personal data
)

SECRET = frozenset(
    """
    authorization password secret token apikey accesstoken clientsecret cookie setcookie privatekey
    email phone name firstname lastname street city postalcode address body payload
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
"""Keys whose values never reach a log, at any depth; letter case, `-` and `_` do not matter."""

REDACTED = "[redacted]"

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

_PLAIN = frozenset({str, int, float, bool, NoneType})

_QUOTED_INPUT = re.compile(r"input_value=.*(, input_type=)")
"""Where pydantic's errors quote what they were given, which may be personal."""


_told = 0


def tells(level: str) -> bool:
    """Whether a line of this level is written: for what is costly to make. Asking structlog costs as
    much as a line."""
    return LEVELS[level] >= _told


def configure(level: str) -> None:
    """Set up structlog, and send what libraries say through the standard library the same way."""
    global _told  # noqa: PLW0603 - as structlog's own configuration, one for the process
    _told = LEVELS[level]
    structlog.configure(
        processors=[
            _locate,
            _tracebacks,
            _redact,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)


def causes(error: BaseException) -> list[str]:
    """What lies behind an error, the nearest first."""
    return [_said(cause) for cause in _chain(error)]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error can be its own cause, at first hand or at second."""
    seen = {id(error)}
    cause = error.__cause__
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__


def _said(error: BaseException) -> str:
    return _without_input(f"{type(error).__name__}: {error}")


def _without_input(text: str) -> str:
    return _QUOTED_INPUT.sub(r"input_value=…\1", text)


def _locate(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """When it was, how grave, and in which call; an event that names its own span keeps it.

    One step for all three: every hop writes a line, and three steps cost it twice as much.
    """
    context = ambient()
    event["level"] = "error" if method == "exception" else method
    event["at"] = f"{datetime.now(UTC).replace(tzinfo=None).isoformat()}Z"
    return event if context is None else {**context.log_fields(), **event}


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if _secret(key):
            event[key] = REDACTED
        elif key == "exception":  # made by us: its frames have a `name`, which is a function's
            event[key] = [_traced(stack) for stack in value]
        elif type(value) not in _PLAIN:
            event[key] = _redacted(value)
    return event


def _traced(stack: dict[str, Any]) -> dict[str, Any]:
    """A traceback as it is, where it is and what it says."""
    frames = [f"{it['filename']}:{it['lineno']} {it['name']}" for it in stack["frames"]]
    return {
        "type": stack["exc_type"],
        "says": _without_input(stack["exc_value"]),
        "notes": [_without_input(note) for note in stack["exc_notes"]],
        "frames": frames,
        "group": [_traced(one) for trace in stack["exceptions"] for one in trace],
    }


@lru_cache(maxsize=1024)
def _secret(key: str) -> bool:
    return key.lower().replace("-", "").replace("_", "") in SECRET


def _redacted(value: Any) -> Any:
    match value:
        case Mapping() | BaseModel():
            pairs = value.items() if isinstance(value, Mapping) else iter(value)
            return {str(k): REDACTED if _secret(str(k)) else _redacted(v) for k, v in pairs}
        case list() | tuple() | set() | frozenset():
            return [_redacted(item) for item in value]
        case bytes() | bytearray():
            return f"{len(value)} bytes"
        case _ if dataclasses.is_dataclass(value):
            return _redacted({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
        case BaseException():
            return _said(value)
    return value if type(value) in _PLAIN else str(value)


def _dumps(event: EventDict, **_options: Any) -> bytes:
    try:
        return orjson.dumps(event, default=str)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits: to log must never fail
        return json.dumps(event, default=str).encode()


class _Forward(logging.Handler):
    """Standard-library records as our events."""

    def emit(self, record: logging.LogRecord) -> None:
        level = max((it for it in LEVELS.values() if it <= record.levelno), default=10)
        structlog.get_logger().log(
            level,
            "library",
            source=record.name,
            message=record.getMessage(),
            exc_info=record.exc_info,
        )
