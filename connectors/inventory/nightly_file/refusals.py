"""Why a reservation is not moved."""

from runtime.problems import Problem, Rejected


def over(state: str) -> Problem:
    return Rejected(f"the reservation is {state}", kind=state, status=409)


def conflict() -> Problem:
    return Rejected("something else is held under this id", kind="conflict", status=409)


def shipped() -> Problem:
    return Rejected("the goods have left the warehouse", kind="shipped", status=409)


def untold() -> Rejected:
    """Quirk 9."""
    says = "the warehouse counts what comes in itself, and cannot be told"
    return Rejected(says, kind="not-supported")
