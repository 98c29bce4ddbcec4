"""Every error an API answers with, as one problem document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from runtime.access.bearer import challenge
from runtime.apis.places import Places
from runtime.context import REPLAYED, ambient
from runtime.observability import causes
from runtime.problems import MEDIA_TYPE, Misconfigured, Problem, Rejected

log = structlog.get_logger()

AS_XML = "strata.xml"
"""In the scope of a call: its caller wants XML."""
XML_MEDIA_TYPE = "application/problem+xml"

MAX_ERRORS = 50
"""How many faults of one request are named; a body can hold tens of thousands."""

BY_STATUS = {
    400: ("malformed", "The request cannot be read"),
    404: ("missing", "There is no such path"),
    405: ("method-not-allowed", "The path does not have this method"),
    413: ("too-large", "The request is too large"),
}


def install(app: FastAPI, places: Places | None = None) -> None:
    app.state.places = places
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def response(problem: Problem, scope: Scope | None = None) -> Response:
    """The problem as the answer to the call being served, in XML when that is what its caller wants."""
    context = ambient()
    headers = {}
    if problem.code in {401, 403} and isinstance(problem, Rejected):
        headers["www-authenticate"] = challenge(problem)
    if retry_after := problem.document.get("retryAfter"):
        headers["retry-after"] = str(retry_after)
    if context:
        told = [*context.quotas, *([REPLAYED] if context.replayed else [])]
        headers |= {name.decode(): value.decode() for name, value in told}
    body = problem.body(requestId=context.request_id if context else None)
    if scope is not None and scope.get(AS_XML):
        from runtime.apis.xml_text import (
            problem as in_xml,  # lxml is loaded where it is spoken only
        )

        return Response(in_xml(orjson.loads(body)), problem.code, headers, XML_MEDIA_TYPE)
    return Response(body, problem.code, headers, MEDIA_TYPE)


def invalid(faults: Sequence[Mapping[str, Any]]) -> Rejected:
    """What is wrong with a request: 400 for what cannot be read or is outside the body, else 422."""
    errors = list(_field_errors(faults[:MAX_ERRORS]))
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Rejected(
            "the body is not JSON", kind="malformed", title="The request cannot be read", status=400
        )
    if any("parameter" in error for error in errors):
        return Rejected(
            kind="invalid-parameter", title="A parameter is not valid", status=400, errors=errors
        )
    return Rejected(kind="invalid", title="The request is not valid", errors=errors)


def _field_errors(faults: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    for fault in faults:
        place, *path = fault["loc"]
        detail = str(fault["msg"])
        if place == "body":
            yield {"detail": detail, "pointer": "#" + "".join(f"/{_escaped(str(p))}" for p in path)}
        else:
            yield {"detail": detail, "parameter": str(path[0]), "in": str(place)}


FRAGMENT = "!$&'()*+,;=:@/?~"
"""What may stand in a URI fragment as it is, beside letters, digits and `-._` (RFC 3986)."""


def _escaped(part: str) -> str:
    """RFC 6901 sections 3 and 6; a name with half a surrogate pair cannot be written in full."""
    return quote(part.replace("~", "~0").replace("/", "~1"), safe=FRAGMENT, errors="replace")


async def _problem(request: Request, error: Exception) -> Response:
    problem = cast(Problem, error)
    if problem.code >= 500:
        tell = log.error if isinstance(problem, Misconfigured) else log.warning
        tell("problem", status=problem.code, kind=problem.slug, causes=causes(problem))
    places: Places | None = request.app.state.places
    return response(places.pointing_here(problem) if places else problem, request.scope)


async def _invalid(request: Request, error: Exception) -> Response:
    return response(invalid(cast(RequestValidationError, error).errors()), request.scope)


async def _http(request: Request, error: Exception) -> Response:
    status = cast(HTTPException, error).status_code
    kind, title = BY_STATUS.get(status, ("rejected", "The request was refused"))
    answer = response(Rejected(kind=kind, title=title, status=status), request.scope)
    answer.headers.update(cast(HTTPException, error).headers or {})
    return answer


async def _unforeseen(request: Request, _error: Exception) -> Response:
    """A defect of ours: the log has the traceback, the caller gets the request id."""
    return response(Problem(), request.scope)
