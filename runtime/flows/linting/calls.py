"""What one expression of a flow does with its Saga, in the order it is evaluated."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from runtime.flows.flow import Flow
from runtime.flows.linting.ends import NOTHING, Ends
from runtime.flows.linting.events import Event, Finding, Pivot, Step
from runtime.flows.linting.source import Source, is_function, is_ours

OF_A_SAGA = {"step", "together", "sleep", "wait_event", "point_of_no_return", "run_id"}

Inline = Callable[[Callable[..., Any], int], Ends]
"""The paths through a function, given which of its parameters is the Saga."""

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Reader:
    """Both sides of `a if b else c` and of `a and b` count as evaluated: write an `if` for a branch."""

    source: Source
    saga: str
    inline: Inline
    within: tuple[Callable[..., Any], ...]
    """The functions being read: one that calls itself has no end of paths."""
    unseen: list[Finding]
    repeated: bool = False
    beside: int | None = None
    caught: bool = False

    def repeatedly(self) -> "Reader":
        return replace(self, repeated=True)

    def catching(self) -> "Reader":
        return replace(self, caught=True)

    def statement(self, statement: ast.stmt) -> Ends:
        """The expressions of a statement itself, not of the statements in it."""
        return self._children(statement)

    def definition(self, statement: ast.stmt) -> Ends:
        """A function in a function may be called at any time, or never."""
        for node in ast.walk(statement):
            self._refuse_saga(node)
        return NOTHING

    def read(self, node: ast.AST) -> Ends:
        match node:
            case ast.Attribute(value=ast.Name(id=self.saga), attr=attr) if attr in OF_A_SAGA:
                return NOTHING
            case ast.Lambda():
                for inner in ast.walk(node):
                    self._refuse_saga(inner)
                return NOTHING
            case ast.Call():
                return self._call(node)
        self._refuse_saga(node)
        if isinstance(node, _COMPREHENSIONS):
            return self.repeatedly()._children(node)
        return self._children(node)

    def _children(self, node: ast.AST) -> Ends:
        ends = NOTHING
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.stmt | ast.match_case | ast.ExceptHandler):
                ends = ends.then(self.read(child))
        return ends

    def _call(self, call: ast.Call) -> Ends:
        match call.func:
            case ast.Attribute(value=ast.Name(id=self.saga), attr="together"):
                return replace(self, beside=call.lineno)._children(call)
            case ast.Attribute(value=ast.Name(id=self.saga), attr="step"):
                return self._children(call).then(_one(self._step(call)))
            case ast.Attribute(value=ast.Name(id=self.saga), attr="point_of_no_return"):
                return _one(Pivot(self.source.place(call)))
        handed = [i for i, it in enumerate(call.args) if self._is_saga(it)]
        called = self.source.meaning(call.func)
        function = called.function if isinstance(called, Flow) else called
        if not handed or function in self.within or not _takes(function, call, handed[0]):
            return self._children(call)
        ends = NOTHING
        for other in (*call.args, *call.keywords):
            ends = ends if self._is_saga(other) else ends.then(self.read(other))
        return ends.then(self.inline(function, handed[0]))

    def _step(self, call: ast.Call) -> Step:
        given = {it.arg: it.value for it in call.keywords}
        do = self._named(call.args[0]) if call.args else None
        undo = given.get("undo", ast.Constant(None))
        owes = not (isinstance(undo, ast.Constant) and undo.value is None)
        name: ast.expr | None = given.get("name")
        fixed = name is None or isinstance(name, ast.Constant)
        own = do.__name__ if do else None
        return Step(
            place=self.source.place(call),
            do=do,
            undo=self._named(undo) if owes else None,
            owes=owes,
            name=own if name is None else _text(name),
            fixed=fixed,
            repeated=self.repeated,
            beside=self.beside,
            caught=self.caught,
        )

    def _named(self, node: ast.expr) -> Callable[..., Any] | None:
        meaning = self.source.meaning(node)
        return meaning if callable(meaning) and is_function(meaning) else None

    def _is_saga(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == self.saga

    def _refuse_saga(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name) and node.id == self.saga:
            text = (
                f"what becomes of {self.saga} here cannot be seen: call its methods, or hand it"
                " by place to a function of a module"
            )
            self.unseen.append(Finding(self.source.place(node), "unseen", text))


def _takes(function: Any, call: ast.Call, place: int) -> bool:
    """Whether it is known as which of its parameters a function of ours gets that argument."""
    starred = any(isinstance(it, ast.Starred) for it in call.args)
    return is_ours(function) and not starred and function.__code__.co_argcount > place


def _one(event: Event) -> Ends:
    return Ends(on=((event,),))


def _text(name: ast.expr) -> str:
    """`reserve {line.sku}` of an f-string, else the source."""
    if isinstance(name, ast.Constant):
        return str(name.value)
    return ast.unparse(name).removeprefix("f").strip("'\"")
