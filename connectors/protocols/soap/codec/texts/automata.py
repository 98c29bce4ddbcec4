"""Whether a text is what an expression says, in a time that grows with the text and no faster: all
ways are gone at once."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from connectors.protocols.soap.codec.texts.expressions import (
    Character,
    Choice,
    Expression,
    Malformed,
    Sequence,
    expression,
)

MOST = 20_000
"""States of one expression: `x{1,2000}` has 4,000."""
_REMEMBERED = 100_000
"""Places of one expression, in all its steps so far; past that, all are forgotten."""

ENOUGH = 20
"""Ways: real expressions have two or three, those that whoever goes one way after the other gets lost
in have more with each character."""
_SAMPLES = "aZ0 _é"
_FAR = 200
"""Characters that are gone to get to where there are many ways."""

_END = 0


class TooLarge(Malformed):
    """An expression of more than MOST states."""


class _Places:
    """Where one may be after some characters; places are states that wait for a character."""

    def __init__(self, places: frozenset[int]) -> None:
        self.places = places
        self.steps: dict[str, _Places] = {}


class Automaton:
    def __init__(self, tree: Expression) -> None:
        """Raises TooLarge."""
        self._waiting: list[Callable[[str], bool] | None] = [None]
        self._next: list[list[int]] = [[]]
        self._start = self._reached([self._built(tree, _END)])
        self._known = {self._start.places: self._start}
        self._remembered = 0

    def fits(self, text: str) -> bool:
        now = self._start
        for char in text:
            now = now.steps.get(char) or self._step(now, char)
            if not now.places:
                return False
        return _END in now.places

    def ways(self, chars: Iterable[str]) -> int:
        """How many ways there are at once through some text of these characters, at most a few more
        than ENOUGH: at each step, the character is taken that most of them go on with."""
        now = Counter(dict.fromkeys(self._start.places, 1))
        for _ in range(2 * ENOUGH + min(len(self._next), _FAR)):
            now = max((self._ways_after(now, char) for char in chars), key=Counter.total)
            if now.total() > ENOUGH:
                break
        return now.total()

    def _ways_after(self, now: Counter[int], char: str) -> Counter[int]:
        after = Counter[int]()
        for place, number in now.items():
            if (passes := self._waiting[place]) is not None and passes(char):
                for reached in self._reached(self._next[place]).places:
                    after[reached] += number
            if len(after) > ENOUGH:
                break
        return after

    def _step(self, now: _Places, char: str) -> _Places:
        if self._remembered >= _REMEMBERED:
            self._remembered = 0
            self._known = {self._start.places: self._start}
            self._start.steps = {}
        passed: dict[Callable[[str], bool], bool] = {}
        after = []
        for place in now.places:
            if (passes := self._waiting[place]) is None:
                continue
            if passes not in passed:
                passed[passes] = passes(char)
            if passed[passes]:
                after += self._next[place]
        found = self._reached(after)
        found = now.steps[char] = self._known.setdefault(found.places, found)
        self._remembered += 1 + len(found.places)
        return found

    def _reached(self, states: Iterable[int]) -> _Places:
        """From states, without a character."""
        seen, waiting = set[int](), list(states)
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                waiting += self._next[state] if self._waiting[state] is None else ()
        places = (s for s in seen if s == _END or self._waiting[s] is not None)
        return _Places(frozenset(places))

    def _state(self, waiting: Callable[[str], bool] | None, *following: int) -> int:
        if len(self._next) > MOST:
            raise TooLarge("more states than are held")
        self._waiting.append(waiting)
        self._next.append(list(following))
        return len(self._next) - 1

    def _built(self, tree: Expression, then: int) -> int:
        """The state at which the expression begins, and `then` is where it ends."""
        if isinstance(tree, Character):
            return self._state(tree.passes, then)
        if isinstance(tree, Choice):
            return self._state(None, *(self._built(branch, then) for branch in tree.branches))
        if isinstance(tree, Sequence):
            for part in reversed(tree.parts):
                then = self._built(part, then)
            return then
        start = then
        if tree.high is None:
            start = self._state(None, then)
            self._next[start].append(self._built(tree.part, start))
        else:
            for _ in range(tree.high - tree.low):
                start = self._state(None, then, self._built(tree.part, start))
        for _ in range(tree.low):
            start = self._built(tree.part, start)
        return start


@lru_cache(maxsize=1024)
def fitting(pattern: str) -> Callable[[str], bool] | None:
    """Whether a text matches; None of an expression that is none, or has too many states."""
    try:
        return Automaton(expression(pattern)).fits
    except Malformed:
        return None


def keeps_busy(pattern: str) -> bool:
    """Whether there are texts that keep whoever goes one way after the other busy, as libxml2 does."""
    try:
        return Automaton(expression(pattern)).ways(sorted({*pattern, *_SAMPLES})) > ENOUGH
    except TooLarge:
        return True
    except Malformed:
        return False
