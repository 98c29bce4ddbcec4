"""What an operator sends: a token with a scope, and a small JSON object that says why."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from runtime.access.bearer import Access, authorize
from runtime.apis.rendering import BY_STATUS, invalid
from runtime.context import Identity
from runtime.problems import Rejected

MAX_BODY_BYTES = 4096


class Reasoned(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")


M = TypeVar("M", bound=BaseModel)


async def identified(request: Request, access: Access, scope: str) -> Identity:
    """Raises Unauthenticated or Forbidden."""
    authorization = request.headers.get("authorization", "").encode("latin-1")
    identity = await access.identify(authorization)
    authorize(identity, frozenset({scope}))
    return identity


async def read(request: Request, model: type[M]) -> M:
    """The body. Raises Rejected: 400, 413 or 422."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            kind, title = BY_STATUS[413]
            raise Rejected(kind=kind, title=title, status=413)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise refused("body", error) from error


def asked(request: Request, model: type[M]) -> M:
    """The query parameters. Raises Rejected: 400."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise refused("query", error) from error


def refused(place: str, error: ValidationError) -> Rejected:
    """With a pointer or a parameter for each fault, and without what was sent."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return invalid([{**fault, "loc": (place, *fault["loc"])} for fault in faults])
