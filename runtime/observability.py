"""One JSON line per event on standard error, with the ids of the call it belongs to and no secrets."""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from runtime.context import ambient

_tracebacks = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals hold personal data
)

SECRET = frozenset(
    [
        "authorization",
        "password",
        "secret",
        "token",
        "api_key",
        "access_token",
        "client_secret",
        "email",
        "phone",
        "name",
        "street",
        "body",
    ]
)
"""Keys whose values never reach a log, at any depth."""

_NESTED = (dict, list)

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(level: str) -> None:
    """Set up structlog, and send what libraries say through the standard library the same way."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_call,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _tracebacks,
            _redact,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)


def _add_call(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The ids of the ambient call; an event that names its own span keeps it."""
    context = ambient()
    return event if context is None else {**context.log_fields(), **event}


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key in SECRET:
            event[key] = "[redacted]"
        elif type(value) in _NESTED:
            event[key] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: "[redacted]" if k in SECRET else _redacted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    return value


def _dumps(event: EventDict, **_options: Any) -> bytes:
    return orjson.dumps(event, default=str)


class _Forward(logging.Handler):
    """Standard-library records as our events; the message only, never the arguments' repr."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(record.levelno, "library", source=record.name, message=record.getMessage())
