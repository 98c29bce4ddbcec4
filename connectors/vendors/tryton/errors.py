"""What Tryton answers instead of a result, as the problem it is."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.protocols.jsonrpc import RpcError
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable

NOT_ALLOWED = tuple(
    f"You are not allowed to {what} " for what in ("access", "create", "read", "write", "execute")
)
"""How sentences about a missing right begin. `modify` and `delete` are as often about the state of
the record, like everything else that a UserError says."""


class Refused(Rejected):
    """A rule says no, or it has been done before: the state of the record tells which."""


class Asked(Refused):
    """It wants a yes to a question first, meant for a person; see Session.say_yes."""

    def __init__(self, detail: str, question: str) -> None:
        super().__init__(detail)
        self.question = question


class Stale(Unavailable):
    """The record was changed since it was read."""


class NotAllowed(Misconfigured):
    """Our user lacks a right that people there can give it."""


def _refused(who: str, sentence: str) -> Problem:
    if sentence.startswith((*NOT_ALLOWED, "Calling button ")):
        return NotAllowed(f"{who}: our user lacks a right")
    return Refused(f"{who} does not accept this")


KINDS: Mapping[str, Callable[[str, str], Problem]] = {
    "ConcurrencyException": lambda who, _: Stale(f"{who}: changed meanwhile", retry_after=1),
    "LoginException": lambda who, _: Misconfigured(f"{who} wants another kind of login"),
    "UserError": _refused,
    "UserWarning": lambda who, name: Asked(f"{who} does not accept this", name),
}


def problem(who: str, answered: RpcError) -> Problem:
    """Any other kind is an exception inside Tryton, with its text for a name; it may pass."""
    kind, sentence = _parts(answered.error)
    if kind not in KINDS:
        found: Problem = Unavailable(
            f"{who} failed", kind="backend-error", title="A system failed", status=502
        )
    else:
        found = KINDS[kind](who, sentence)
    if not isinstance(found, Refused | Stale):
        answered.add_note(f"{kind[:200]}: {sentence[:200]}")  # for a traceback, not for a detail
    return found


def _parts(error: Any) -> tuple[str, str]:
    match error:
        case [str(kind), [str(sentence), *_]] | [str(kind), str(sentence), *_]:
            return kind, sentence
        case [kind, *_]:
            return str(kind), ""
    return "", ""
