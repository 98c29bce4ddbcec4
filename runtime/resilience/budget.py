"""What all calls to a backend together may spend on second attempts.

Three attempts each, while a backend fails, are three times its load at its worst moment. Each call
saves a share of an attempt; each retry and each hedge takes a whole one.
"""


class RetryBudget:
    def __init__(self, ratio: float, reserve: int) -> None:
        self.left = float(reserve)
        self._ratio = ratio
        self._reserve = reserve

    def earn(self) -> None:
        self.left = min(self._reserve, self.left + self._ratio)

    def spend(self) -> bool:
        """Whether there was an attempt to spend."""
        if self.left < 1:
            return False
        self.left -= 1
        return True
