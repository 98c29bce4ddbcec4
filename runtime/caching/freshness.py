"""How long an answer may be used again, as the contract says with `x-cache`.

x-cache: {max-age: 30, stale-while-revalidate: 60, stale-if-error: 600, public: true}

The seconds are the directives of RFC 9111 and RFC 5861. `public`: every caller of a tenant with the
same scopes gets the same answer; without it an answer is kept for one subject alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SECONDS = ("max-age", "stale-while-revalidate", "stale-if-error")


@dataclass(frozen=True, slots=True)
class Freshness:
    max_age: float
    while_revalidate: float = 0
    if_error: float = 0
    public: bool = False

    @classmethod
    def of(cls, operation: Mapping[str, Any]) -> "Freshness | None":
        """What an operation of a contract says; None when nothing may be kept."""
        said = operation.get("x-cache")
        if said is None:
            return None
        max_age, while_revalidate, if_error = (said.get(name, 0) for name in SECONDS)
        return cls(max_age, while_revalidate, if_error, said.get("public", False))


def faults(method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an operation's `x-cache`."""
    said = operation.get("x-cache")
    if said is None:
        return
    if not isinstance(said, Mapping) or "max-age" not in said:
        yield "x-cache: a mapping with max-age is expected"
        return
    yield from (
        f"x-cache: {name} is unknown" for name in sorted(said.keys() - {*SECONDS, "public"})
    )
    for name in SECONDS:
        seconds = said.get(name, 0)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            yield f"x-cache: {name} is a number of seconds"
    if not isinstance(said.get("public", False), bool):
        yield "x-cache: public is true or false"
    if method != "get":
        yield "x-cache: only the answers of a GET are kept"
    if "304" not in operation.get("responses", {}):
        yield "x-cache: a caller with our ETag is answered 304, which is not declared"
