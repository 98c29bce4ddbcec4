"""Errors named after what the caller should do next; problem details (RFC 9457) on the wire.

Problem
 ├── Rejected        the caller has to change something; repeating will not help
 │    └── Missing    there is no such thing
 └── Unavailable     try later; the outcome may be unknown
Misconfigured is an Unavailable nobody but an operator can end: it must not be retried.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self, TypeGuard

import orjson

NAMESPACE = "urn:strata:problem:"
"""Problem types are URNs: stable names, promising no page behind them."""

MEDIA_TYPE = "application/problem+json"


def at(pointer: str, detail: str) -> dict[str, str]:
    """A field error for the part of the body at a JSON pointer such as `/lines/0/sku`."""
    return {"detail": detail, "pointer": f"#{pointer}"}


class Problem(Exception):
    """Base of every error that leaves an API. `kind` is the last part of the problem type."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str = "",
        *,
        kind: str | None = None,
        title: str | None = None,
        status: int | None = None,
        errors: Iterable[Mapping[str, str]] = (),
        retry_after: int | None = None,
        instance: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.document: dict[str, Any] = {
            "type": NAMESPACE + (kind or self.kind),
            "title": title or self.title,
            "status": status or self.status,
        }
        optional = {
            "detail": detail,
            "instance": instance,
            "retryAfter": retry_after,
            "errors": [dict(error) for error in errors],
        }
        self.document |= {name: value for name, value in optional.items() if value}

    @property
    def code(self) -> int:
        """The HTTP status."""
        return int(self.document["status"])

    @property
    def slug(self) -> str:
        """The problem type without its namespace, e.g. `out-of-stock`."""
        return str(self.document["type"]).removeprefix(NAMESPACE)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Problem":
        """The error a problem document stands for, in the family its reader has to act on."""
        problem = family(document)()
        problem.args = (document.get("detail", ""),)
        problem.document = dict(document)
        return problem

    def body(self, **members: object) -> bytes:
        """The JSON document; `members` are extensions such as requestId."""
        return orjson.dumps(self.document | {k: v for k, v in members.items() if v is not None})

    def repointed(self, old: str, new: str) -> Self:
        """The same problem for a caller whose body has at `new` what the callee's had at `old`."""
        for error in self.document.get("errors", ()):
            if f"{error.get('pointer', '')}/".startswith(f"#{old}/"):
                error["pointer"] = f"#{new}" + error["pointer"].removeprefix(f"#{old}")
        return self

    def with_instance(self, instance: str) -> Self:
        """The same problem, pointing at the resource it happened to."""
        self.document["instance"] = instance
        return self


class Rejected(Problem):
    """The request was understood and refused."""

    status = 422
    kind = "rejected"
    title = "The request was refused"


class Missing(Rejected):
    """There is no such thing, or not for this caller."""

    status = 404
    kind = "missing"
    title = "There is no such thing"


class Unavailable(Problem):
    """Somebody we depend on did not answer properly. The outcome may be unknown."""

    status = 503
    kind = "unavailable"
    title = "Try again later"


class Misconfigured(Unavailable):
    """We hold a wrong address or wrong credentials: wake an operator, do not retry."""

    status = 502
    kind = "misconfigured"
    title = "An operator has to act"


def silent(who: str, detail: str = "no answer before the deadline") -> Unavailable:
    """504: `who` did not answer in time, so whether it acted is unknown."""
    return Unavailable(
        f"{who}: {detail}", kind="no-answer", title="A system did not answer", status=504
    )


def broken(who: str) -> Unavailable:
    """502: the connection to `who` broke, so whether it acted is unknown."""
    return Unavailable(
        f"{who}: the connection broke before the answer was whole",
        kind="connection-lost",
        title="A system did not answer",
        status=502,
    )


def garbage(who: str, detail: str) -> Unavailable:
    """502: `who` answered something that is not an answer."""
    return Unavailable(
        f"{who}: {detail}", kind="bad-answer", title="A system gave no proper answer", status=502
    )


def is_document(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether somebody else's error has the members that ours rely on."""
    if not isinstance(value, dict):
        return False
    errors, status = value.get("errors", []), value.get("status")
    return (
        isinstance(value.get("type"), str)
        and isinstance(value.get("title"), str)
        and isinstance(status, int)
        and 400 <= status <= 599
        and isinstance(errors, list)
        and all(isinstance(error, dict) for error in errors)
    )


def family(document: Mapping[str, Any]) -> type[Problem]:
    """The class of a problem document, by what its reader has to do."""
    status = int(document.get("status", 500))
    if document.get("type") == NAMESPACE + Misconfigured.kind:
        return Misconfigured
    if status == 404:
        return Missing
    if status == 429 or status >= 500:
        return Problem if status == 500 else Unavailable
    return Rejected
