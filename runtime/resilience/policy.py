"""What an operator may say of a backend's protection: `backends.<capability>.policy`."""

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class Policy(BaseModel):
    """The defaults suit a backend that answers within a second or two and is called often.

    The time-out of an operation is the vendor's own option, `timeout_seconds`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_concurrency: int = Field(default=1, ge=1, le=10_000)
    """Calls that may always be under way; the same as the most for a limit that does not adapt."""
    max_concurrency: int = Field(default=64, ge=1, le=10_000, validate_default=True)
    """Calls under way at most; how many it really bears is found out between the two."""
    queue_ms: int = Field(default=100, ge=0, le=60_000)
    """How long a call may wait for its turn; one that would wait longer is refused at once."""

    slow_ms: int | None = Field(default=None, ge=1, le=600_000)
    """An answer that takes longer is slow, silence that was shorter says nothing. Half of the time-out
    when it is not set. A backend whose good days are slower needs a greater one."""
    failure_rate: float = Field(default=0.5, gt=0, le=1)
    """Of the calls in the window, the share of failures from which on nobody is let through."""
    slow_rate: float = Field(default=0.8, gt=0, le=1)
    """The same for slow calls."""
    minimum_calls: int = Field(default=20, ge=1, le=100_000)
    """Of fewer calls in the window no rate is taken."""
    minimum_seconds: float = Field(default=1, ge=0, le=3600)
    """Nor of calls that all ended within less than this: they may tell of a stall of our own."""
    window_seconds: float = Field(default=30, gt=0, le=3600)
    open_seconds: float = Field(default=5, gt=0, le=3600)
    """Until the first probes; twice as long each time they fail, up to a minute."""
    probes: int = Field(default=3, ge=1, le=100)
    """Calls let through to see whether it is well again, whose rates then decide."""

    retries: int = Field(default=2, ge=0, le=10)
    """Of one call, where a repeat is safe."""
    retry_ratio: float = Field(default=0.1, ge=0, le=1)
    """Retries per call that all calls together may make, in the long run."""
    retry_reserve: int = Field(default=10, ge=1, le=10_000)
    """Retries that may be saved up, so that a backend called seldom has some."""
    hedge_after_ms: int | None = Field(default=None, ge=1, le=600_000)
    """A read without an answer by then is sent a second time; never, when it is not set."""

    @field_validator("max_concurrency")
    @classmethod
    def _not_below_the_least(cls, most: int, info: ValidationInfo) -> int:
        if most < info.data.get("min_concurrency", 1):
            raise ValueError("less than min_concurrency")
        return most


LENIENT = Policy(
    min_concurrency=10_000,
    max_concurrency=10_000,
    minimum_calls=100_000,
    retry_reserve=10_000,
    slow_ms=600_000,
)
"""For a connector on its own, as in a test: retries, and nothing ever refused."""
