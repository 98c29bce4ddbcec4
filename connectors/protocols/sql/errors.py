"""The problem that a database's refusal is to our callers: who, and a code.

Never a statement, a value or where the database is: the drivers' own words are not kept.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

from connectors.protocols.sql.meanings import Meaning, meaning_of
from runtime.calls.http import Unreached
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable, broken, garbage, silent


class Phase(Enum):
    CONNECTING = 1
    WORKING = 2
    """A transaction that is not committed is undone, so whatever happens nothing is changed."""
    COMMITTING = 3


class Fault(Exception):
    """What a driver raised. The text is its code, which is all that is kept."""

    def __init__(self, meaning: Meaning, code: str | None = None) -> None:
        self.code = code or meaning.value
        self.meaning = meaning
        super().__init__(self.code)

    def during(self, phase: Phase) -> "Fault":
        """A connection that breaks before it can be used was never one."""
        if phase is Phase.CONNECTING and self.meaning in {Meaning.LOST, Meaning.LATE}:
            return Fault(Meaning.UNREACHED, self.code)
        return self


class Coded(Exception):
    """The cause of a problem that began as a Fault."""


class Taken(Rejected):
    """There is a row with this key. What that means is the vendor's to say; else it is a conflict."""

    status = 409
    kind = "conflict"
    title = "There is another one"


class Undone(Unreached):
    """The cause of a problem after which all is as if nothing had been sent: it may be again."""


class Contended(Undone):
    """Somebody else has the rows: the database is well, as an HTTP backend that answers 429."""

    code = 429
    """How the guard knows: see `passing.verdict_on`."""


def _operator(who: str, code: str) -> Problem:
    return Misconfigured(f"{who} has not what we ask for, or not for us ({code})")


def _failed(who: str, code: str) -> Problem:
    detail = f"{who} failed ({code})"
    return Unavailable(detail, kind="backend-error", title="A system failed", status=502)


PROBLEMS: dict[Meaning, Callable[[str, str], Problem]] = {
    Meaning.UNREACHED: lambda who, _: Unavailable(f"{who} cannot be reached", retry_after=1),
    Meaning.LOST: lambda who, _: Unavailable(f"{who}: the connection broke", retry_after=1),
    Meaning.BUSY: lambda who, code: Unavailable(f"{who} is busy ({code})", retry_after=1),
    Meaning.LATE: lambda who, _: silent(who),
    Meaning.TAKEN: lambda who, code: Taken(f"{who} has one already ({code})"),
    Meaning.REFUSED: lambda who, code: Rejected(f"{who} does not accept this ({code})"),
    Meaning.FULL: lambda who, code: Unavailable(f"{who} takes no changes now ({code})"),
    Meaning.GARBAGE: lambda who, _: garbage(who, "the answer cannot be understood"),
    Meaning.TOO_LARGE: lambda who, _: garbage(who, "the answer is too large"),
    Meaning.FAILED: _failed,
    Meaning.OPERATOR: _operator,
}
CAUSES: dict[Meaning, type[Exception]] = {
    Meaning.UNREACHED: Undone,
    Meaning.LOST: Undone,
    Meaning.BUSY: Contended,
}
UNKNOWN = frozenset({Meaning.LOST, Meaning.GARBAGE, Meaning.TOO_LARGE, Meaning.FAILED})
"""Of a commit, these do not tell whether it happened."""


def problem_of(who: str, fault: Fault, phase: Phase) -> Problem:
    """Its cause is an Undone where the same may be sent again."""
    unknown = phase is Phase.COMMITTING and fault.meaning in UNKNOWN
    problem = broken(who) if unknown else PROBLEMS[fault.meaning](who, fault.code)
    # Not the fault itself, whose context is what the driver raised.
    problem.__cause__ = (
        Coded(fault.code) if unknown else CAUSES.get(fault.meaning, Coded)(fault.code)
    )
    return problem


@contextmanager
def speaking(who: str) -> Iterator[None]:
    """Around whatever a driver does. Raises Taken, or a Fault for all else it may raise."""
    try:
        yield
        return
    except (Fault, Problem):
        raise
    except Exception as error:
        fault = Fault(*meaning_of(error))
    if fault.meaning is Meaning.TAKEN:
        raise problem_of(who, fault, Phase.WORKING)
    raise fault from None
