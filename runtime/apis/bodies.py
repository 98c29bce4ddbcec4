"""The body of a request: read whole, and judged by the model of its contract."""

from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.types import Receive

from runtime.apis.rendering import invalid
from runtime.problems import Rejected


async def read(receive: Receive) -> bytes:
    parts = []
    while (message := await receive())["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
    raise Rejected("the caller hung up", kind="malformed", status=400)


def parsed(body: TypeAdapter[Any], content: bytes) -> Any:
    try:
        return body.validate_json(content, strict=True)
    except ValidationError as error:
        raise invalid(faults(error)) from error


def faults(error: ValidationError) -> list[dict[str, Any]]:
    """As `invalid` takes them: never with what was sent, which may be personal."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [{**fault, "loc": ("body", *fault["loc"])} for fault in found]
