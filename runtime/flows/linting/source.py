"""A function as a tree with the lines of its file, and what the names in it stand for."""

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import runtime

HOME = Path(runtime.__file__).parents[1]

UNKNOWN = object()
"""What a name stands for that only a run could tell."""


class Place(NamedTuple):
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Source:
    function: Callable[..., Any]
    file: str
    tree: ast.AsyncFunctionDef | ast.FunctionDef
    names: Mapping[str, Any]

    def place(self, node: ast.expr | ast.stmt) -> Place:
        return Place(self.file, node.lineno)

    def meaning(self, node: ast.expr) -> Any:
        """The object that a dotted name stands for, or UNKNOWN: a local variable, an expression."""
        match node:
            case ast.Name(id):
                return self.names.get(id, UNKNOWN)
            case ast.Attribute(value, attr):
                return getattr(self.meaning(value), attr, UNKNOWN)
        return UNKNOWN


@cache
def source_of(function: Callable[..., Any]) -> Source:
    """Raises OSError when its file cannot be read."""
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(textwrap.dedent("".join(lines))).body[0]
    if not isinstance(tree, ast.AsyncFunctionDef | ast.FunctionDef):
        raise OSError(f"{function!r} is no function with a source of its own")
    ast.increment_lineno(tree, first - 1)
    return Source(function, _file(function), tree, _names(function))


def is_function(thing: Any) -> bool:
    """Whether it is a function or method written in Python, under a name of its own."""
    function = getattr(thing, "__func__", thing)
    return inspect.isfunction(inspect.unwrap(function)) and function.__name__.isidentifier()


def is_ours(thing: Any) -> bool:
    """Whether it is such a function and of this project, and not of a library."""
    return (
        inspect.isfunction(thing)
        and thing.__name__.isidentifier()
        and Path(thing.__code__.co_filename).is_relative_to(HOME)
        and "site-packages" not in thing.__code__.co_filename
    )


def place_of(function: Callable[..., Any]) -> Place:
    source = source_of(function)
    return source.place(source.tree)


def _file(function: Callable[..., Any]) -> str:
    path = Path(inspect.getsourcefile(function) or "?")
    return str(path.relative_to(HOME) if path.is_relative_to(HOME) else path)


def _names(function: Callable[..., Any]) -> Mapping[str, Any]:
    code = inspect.unwrap(function).__code__
    local = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    visible = {**vars(builtins), **inspect.unwrap(function).__globals__}
    return {name: thing for name, thing in visible.items() if name not in local}
