"""Every order in which a flow may come by its steps: each branch is a path of its own."""

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from runtime.flows.linting.calls import Reader
from runtime.flows.linting.ends import NOTHING, Ends, TooManyPaths
from runtime.flows.linting.events import Finding, Path, Step
from runtime.flows.linting.source import place_of, source_of

AS_JUDGED = (0, 1, 2)
"""How often a loop is gone through: the second time shows what one round does to the next."""

AS_TOLD = (1,)
"""For people, who know what a loop is."""

LEAVING: dict[type[ast.stmt], Ends] = {
    ast.Return: Ends(returned=((),)),
    ast.Raise: Ends(raised=((),)),
    ast.Break: Ends(broken=((),)),
    ast.Continue: Ends(continued=((),)),
}


def paths(
    function: Callable[..., Any], rounds: Sequence[int] = AS_JUDGED
) -> tuple[tuple[Path, ...], list[Finding]]:
    """Those of a flow, and what of it cannot be seen from the source."""
    unseen: list[Finding] = []
    try:
        ends = _Walk(rounds, unseen).function(function, saga=1, within=())
    except TooManyPaths:
        text = "it has too many paths to be judged: do in a step what needs no undo of its own"
        return (), [Finding(place_of(function), "unseen", text)]
    return ends.all(), list(dict.fromkeys(unseen))


class _Walk:
    def __init__(self, rounds: Sequence[int], unseen: list[Finding]) -> None:
        self._rounds = rounds
        self._unseen = unseen

    def function(
        self, function: Callable[..., Any], saga: int, within: tuple[Callable[..., Any], ...]
    ) -> Ends:
        """`saga` is which of its parameters is the Saga."""
        source = source_of(function)
        tree = source.tree
        parameter = [*tree.args.posonlyargs, *tree.args.args][saga].arg

        def inline(called: Callable[..., Any], place: int) -> Ends:
            ends = self.function(called, place, (*within, function))
            return Ends(on=(*ends.on, *ends.returned), raised=ends.raised)

        reader = Reader(source, parameter, inline, (*within, function), self._unseen)
        return self._block(tree.body, reader)

    def _block(self, statements: Sequence[ast.stmt], reader: Reader) -> Ends:
        ends = NOTHING
        for statement in statements:
            ends = ends.then(self._statement(statement, reader))
        return ends

    def _statement(self, statement: ast.stmt, reader: Reader) -> Ends:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return reader.definition(statement)
            case ast.Try() | ast.TryStar():
                return self._try(statement, reader)
            case ast.For() | ast.AsyncFor():
                return reader.read(statement.iter).then(self._loop(statement, reader))
            case ast.While():
                return self._loop(statement, reader)
        return reader.statement(statement).then(self._body(statement, reader))

    def _body(self, statement: ast.stmt, reader: Reader) -> Ends:
        match statement:
            case ast.If():
                return self._block(statement.body, reader) | self._block(statement.orelse, reader)
            case ast.With() | ast.AsyncWith():
                return self._block(statement.body, reader)
            case ast.Match():
                cases = [self._block(case.body, reader) for case in statement.cases]
                return _any_of([*cases, *([] if _covers_all(statement) else [NOTHING])])
        return LEAVING.get(type(statement), NOTHING)

    def _loop(self, loop: ast.For | ast.AsyncFor | ast.While, reader: Reader) -> Ends:
        repeated = reader.repeatedly()
        test = repeated.read(loop.test) if isinstance(loop, ast.While) else NOTHING
        body = test.then(self._block(loop.body, repeated))
        after = self._block(loop.orelse, reader)
        again, reached = Ends(on=(*body.on, *body.continued)), NOTHING
        whole: list[Ends] = []
        for turn in range(max(self._rounds) + 1):
            if turn in self._rounds:
                whole.append(reached.then(after))
            left = Ends(on=body.broken, returned=body.returned, raised=body.raised)
            if turn < max(self._rounds):
                whole.append(reached.then(left))
            reached = reached.then(again)
        return _any_of(whole)

    def _try(self, statement: ast.Try | ast.TryStar, reader: Reader) -> Ends:
        body = self._block(statement.body, reader.catching() if statement.handlers else reader)
        failed = Ends(on=tuple(cut for path in body.all() for cut in _cuts(path)))
        ends = body.then(self._block(statement.orelse, reader))
        for handler in statement.handlers:
            ends |= failed.then(self._block(handler.body, reader))
        return ends.followed(self._block(statement.finalbody, reader))


def _cuts(path: Path) -> Iterator[Path]:
    """Where it may be left by an error: before the first step, and at each; those beside all end."""
    yield ()
    for end, event in enumerate(path, 1):
        after = path[end] if end < len(path) else None
        beside = isinstance(event, Step) and isinstance(after, Step) and event.beside
        if isinstance(event, Step) and not (beside and beside == getattr(after, "beside", None)):
            yield path[:end]


def _covers_all(statement: ast.Match) -> bool:
    last = statement.cases[-1]
    return isinstance(last.pattern, ast.MatchAs) and not (last.pattern.pattern or last.guard)


def _any_of(several: Sequence[Ends]) -> Ends:
    whole = Ends()
    for ends in several:
        whole |= ends
    return whole
