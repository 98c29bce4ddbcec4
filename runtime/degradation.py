"""Why a part of an answer could not be had, in a word for who asked: for every API that composes."""

from typing import Literal

from runtime.problems import Problem

Reason = Literal["no-answer", "unavailable", "failed", "bad-answer", "misconfigured", "defect"]

REASONS: dict[str, Reason] = {
    "backend-error": "failed",
    "bad-answer": "bad-answer",
    "connection-lost": "failed",
    "defect": "defect",
    "internal": "defect",
    "misconfigured": "misconfigured",
    "no-answer": "no-answer",
}
"""By problem type; of the others each says when to call again, which is to be unavailable."""


def reason(problem: Problem) -> Reason:
    return REASONS.get(problem.slug, "unavailable")
