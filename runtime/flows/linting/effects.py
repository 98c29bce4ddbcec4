"""What a step changes elsewhere, as far as its source says: calls of contract clients but GET."""

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from runtime.calls.client import ApiClient
from runtime.flows.linting.source import Place, Source, is_ours, source_of
from runtime.flows.reading import only_reads

SAFE = {"GET", "HEAD", "OPTIONS"}
"""RFC 9110, 9.2.1."""


def reached(function: Callable[..., Any]) -> list[Source]:
    """The function and the project's own that it names, and those that they name."""
    found: dict[Callable[..., Any], Source] = {}
    todo = [inspect.unwrap(function)]
    while todo:
        if (one := todo.pop()) not in found:
            found[one] = source = source_of(one)
            named = (source.meaning(it) for it in dotted_names(source.tree))
            todo += [it for it in named if is_ours(it)]
    return list(found.values())


def dotted_names(tree: ast.AST) -> Iterator[ast.Name | ast.Attribute]:
    return (it for it in ast.walk(tree) if isinstance(it, ast.Name | ast.Attribute))


def operations(source: Source) -> Iterator[tuple[ast.Attribute, str]]:
    """Each operation of a contract client that it names, e.g. `erp.get_customer`, and its method."""
    for node in dotted_names(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(source.meaning(node.value), ApiClient):
            yield node, _method(source.meaning(node))


def only_asks(do: Callable[..., Any] | None) -> bool:
    """Declared so, or the very operation of a contract client that is a GET."""
    if isinstance(getattr(do, "__self__", None), ApiClient):
        return _method(do) in SAFE
    return do is not None and only_reads(do)


def writes(function: Callable[..., Any]) -> Iterator[tuple[Place, str]]:
    """Where, and what: `inventory.put_reservation (PUT)`."""
    for source in reached(function):
        for node, method in operations(source):
            if method not in SAFE:
                yield source.place(node), f"{ast.unparse(node)} ({method})"


def _method(operation: Any) -> str:
    """The HTTP method that an operation of a generated client gives to `call` or `tell`."""
    for node in ast.walk(source_of(operation.__func__).tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="call" | "tell"), args=[ast.Constant(verb), *_]):
                return str(verb)
    return "unknown"
