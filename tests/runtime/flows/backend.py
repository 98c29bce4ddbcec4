"""A backend that outlives its callers: an append-only file of effects, each made once per key."""

import os
from collections import Counter
from pathlib import Path

from runtime.context import current
from runtime.problems import Rejected, Unavailable


class Backend:
    """`fault` is `decline <step>`, `lose <step>` (made, but the answer is lost, once) or empty."""

    def __init__(self, file: Path, fault: str = "") -> None:
        self.file = file
        self.fault = fault

    def do(self, step: str) -> None:
        """Raises Rejected or Unavailable as `fault` says."""
        if self.fault == f"decline {step}":
            raise Rejected(f"{step} declined")
        if self._made_now(step) and self.fault == f"lose {step}":
            raise Unavailable(f"the answer to {step} is lost")

    def undo(self, step: str) -> None:
        """Of what was not done is fine."""
        if self.balance()[step] > 0:
            self._made_now(f"-{step}")

    def balance(self) -> Counter[str]:
        """How often each step is done and not undone."""
        counts: Counter[str] = Counter()
        for _, effect in self._effects():
            counts[effect.removeprefix("-")] += -1 if effect.startswith("-") else 1
        return counts

    def repeated(self) -> list[str]:
        """Keys that had more than one effect; none, or this backend does not do what it says."""
        keys = Counter(key for key, _ in self._effects())
        return [key for key, count in keys.items() if count > 1]

    def _made_now(self, effect: str) -> bool:
        key = current().idempotency_key
        assert key is not None
        if any(known == key for known, _ in self._effects()):
            return False
        with self.file.open("a") as file:
            file.write(f"{key} {effect}\n")
            file.flush()
            os.fsync(file.fileno())
        return True

    def _effects(self) -> list[tuple[str, str]]:
        text = self.file.read_text() if self.file.exists() else ""
        return [(key, effect) for key, effect in (line.split() for line in text.splitlines())]
