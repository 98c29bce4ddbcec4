"""A valid example of all there is: as JSON in our words, and in theirs.

Both say the same. Every member is there, optional ones included but for wildcards, one of each list, the
first branch of each choice; where records come again they have what they need alone, and where they hold
each other it ends with the first that need not go on.
"""

from collections.abc import Iterator
from typing import Any

from scaffold.system import Leaf, Listing, Member, Operation, Record, Refused, Shape, Table


def ours(record: Record) -> dict[str, Any]:
    """By our names, as JSON."""
    return _Example(theirs=False).record(record)


def theirs(record: Record) -> dict[str, Any]:
    """By their keys; texts for what has a type of its own, as XML has it."""
    return _Example(theirs=True).record(record)


def argument(member: Member) -> Any:
    """Of a parameter, in our words."""
    return _Example(theirs=False).shape(member.shape)


def arguments(operation: Operation) -> dict[str, Any]:
    return {p.member.name: argument(p.member) for p in operation.parameters}


class _EndlessError(Exception):
    """A record cannot be without another of its kind."""


class _Example:
    def __init__(self, *, theirs: bool) -> None:
        self._theirs = theirs
        self._within: list[Record] = []
        self._shown: set[Record] = set()

    def record(self, record: Record) -> dict[str, Any]:
        try:
            return self._members(record)
        except _EndlessError:
            raise Refused([f"{record.name} holds itself without an end"]) from None

    def shape(self, shape: Shape) -> Any:
        if isinstance(shape, Leaf):
            said = shape.theirs is not None and self._theirs
            return shape.theirs if said else shape.example
        if isinstance(shape, Listing):
            return [self.shape(shape.item)] * max(shape.least, 1)
        if isinstance(shape, Table):
            return {"key": self.shape(shape.values)}
        return self._members(shape)

    def _members(self, record: Record) -> dict[str, Any]:
        if record in self._within:
            raise _EndlessError
        self._within.append(record)
        try:
            return dict(self._chosen(record))
        finally:
            self._within.pop()

    def _chosen(self, record: Record) -> Iterator[tuple[str, Any]]:
        again = record in self._shown  # in full once: some schemas would fill a book
        self._shown.add(record)
        refused: set[tuple[int, int]] = set()
        chosen: dict[int, int] = {}
        for member in record.members:
            if any(
                chosen.get(choice, branch) != branch or (choice, branch) in refused
                for choice, branch in member.branches
            ) or _open(member):
                continue
            if again and not (member.required or member.nil or member.branches):
                continue
            try:
                value = self.shape(member.shape)
            except _EndlessError:
                if member.required:
                    raise
                refused |= set(member.branches)
                continue
            chosen |= dict(member.branches)
            yield (member.key if self._theirs else member.name), value


def _open(member: Member) -> bool:
    """Whether it is left open what it holds, and it need not be there."""
    shape = member.shape.item if isinstance(member.shape, Listing) else member.shape
    return isinstance(shape, Leaf) and shape.conversion == "xml" and not member.required
