"""What a problem of a backend tells: whether it may be gone in a moment, and how well the backend is."""

from runtime.calls.http import Unreached
from runtime.problems import Misconfigured, Problem, Unavailable
from runtime.resilience.verdict import ANSWERED, BUSY, FAILED, SILENT, STRAINED, Verdict

PASSING = frozenset({"unavailable", "backend-error", "connection-lost", "no-answer"})
"""Kinds of problem that may pass."""


def may_pass(problem: BaseException, *, repeatable: bool) -> bool:
    """Whether the same call may be made again, and might then succeed."""
    if not isinstance(problem, Problem):
        return False
    return isinstance(problem.__cause__, Unreached) or (repeatable and problem.slug in PASSING)


def asked_wait(problem: BaseException | None) -> int | None:
    """The seconds a backend asked for itself: our own hint to callers is no such thing."""
    return getattr(problem.__cause__, "retry_after", None) if problem else None


BY_STATUS = {
    # HTTP
    408: BUSY,
    429: BUSY,
    503: STRAINED,
    # SMTP: not this letter, not now
    421: STRAINED,
    450: ANSWERED,
    451: ANSWERED,
    452: ANSWERED,
}
BY_KIND = {"no-answer": SILENT}


def verdict_on(problem: Problem) -> Verdict:
    """Whoever refuses a request, or us, is well enough to answer."""
    if isinstance(problem, Misconfigured) or not isinstance(problem, Unavailable):
        return ANSWERED
    status = getattr(problem.__cause__, "code", 0)
    return BY_STATUS.get(status) or BY_KIND.get(problem.slug, FAILED)
