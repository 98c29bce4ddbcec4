"""The limits of flows in the matrix: short, so that a run takes milliseconds."""

from runtime.flows.limits import Limits, RetryPolicy
from tests.crash_matrix.variants import TIMEOUT

STUBBORN = RetryPolicy(first=0.01, longest=0.05, give_up_after=60.0)

LIMITS = Limits(
    step=4 * TIMEOUT,
    forward=STUBBORN,
    undo=STUBBORN,
    after_restart=RetryPolicy(first=0.01, longest=0.05, give_up_after=0.3),
    undo_patience=5 * TIMEOUT,
    close=1.0,
    journal_pause=0.01,
)
