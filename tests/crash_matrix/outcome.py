"""What became of a case."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """`hits`: how many of its kills came about. `ending`: the status of its run, None where none began."""

    case: str
    hits: int
    ending: str | None
    violations: list[str] = field(default_factory=list)
    writes: int = 0
    """Of the journal, by the last of its processes."""
    calls: list[str] = field(default_factory=list)
    """That the backends got, each once: `erp.GetPrice`."""
    ms: float = 0.0
    log: str = ""
    limit: str = ""
    """Why its violations had to be expected: then they do not count."""
