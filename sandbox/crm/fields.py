"""What the CRM accepts in a field, and how it says no."""

import re
from collections.abc import Callable, Mapping

from sandbox.messages import Json
from sandbox.rest import RefusedError

Rule = Callable[[Json], str | None]  # a complaint, or None


def refused(status: int, code: str, message: str) -> RefusedError:
    return RefusedError(status, {"error": {"code": code, "message": message}})


def invalid_fields(reasons: Mapping[str, str]) -> RefusedError:
    fields = [{"name": name, "reason": reason} for name, reason in reasons.items()]
    error = {
        "code": "INVALID_FIELDS",
        "message": "Some fields are not acceptable",
        "fields": fields,
    }
    return RefusedError(422, {"error": error})


def check_fields(body: Json, rules: Mapping[str, Rule], required: set[str]) -> dict[str, Json]:
    """The body's fields, each as its rule allows; every complaint at once."""
    if not isinstance(body, dict):
        raise refused(400, "BAD_REQUEST", "Send a JSON object")
    reasons = {name: "unknown field" for name in body.keys() - rules.keys()}
    reasons |= {name: "required" for name in sorted(required - body.keys())}
    for name, value in body.items():
        if name in rules and (reason := rules[name](value)):
            reasons[name] = reason
    if reasons:
        raise invalid_fields(dict(sorted(reasons.items())))
    return body


def text(longest: int, pattern: str = r"(?s).*\S.*") -> Rule:
    def rule(value: Json) -> str | None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            return "not acceptable text"
        return f"longer than {longest} characters" if len(value) > longest else None

    return rule


def one_of(*words: str) -> Rule:
    def rule(value: Json) -> str | None:
        return None if value in words else f"not one of {', '.join(words)}"

    return rule


def truth(value: Json) -> str | None:
    return None if isinstance(value, bool) else "neither true nor false"


def or_null(rule: Rule) -> Rule:
    return lambda value: None if value is None else rule(value)


def epoch_ms(value: Json) -> str | None:
    """Seconds by mistake would be a day in January 1970: refused, as every such CRM learned to."""
    if type(value) is not int or not 10**11 <= value < 10**13:
        return "not a time in epoch milliseconds"
    return None
