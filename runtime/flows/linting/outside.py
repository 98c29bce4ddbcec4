"""What a flow does beside its steps that a replay would do differently, or again."""

import ast
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from runtime.flows.linting.effects import dotted_names, operations
from runtime.flows.linting.events import Finding
from runtime.flows.linting.source import UNKNOWN, Place, Source, is_ours, source_of

DIFFERENT_EACH_TIME = {
    "the clock": {
        "time",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "datetime.date.today",
    },
    "randomness": {"random", "secrets", "uuid.uuid1", "uuid.uuid4", "os.urandom", "posix.urandom"},
    "the environment": {"os.environ", "os.getenv", "os.getpid"},
    "a file": {"io.open", "_io.open", "pathlib.Path.cwd", "tempfile"},
    "the network": {"httpx", "aiohttp", "requests", "socket", "urllib.request", "smtplib"},
    "a process": {"subprocess", "os.system"},
}


def outside(flow: Callable[..., Any]) -> Iterator[Finding]:
    """In the flow and in the project's own functions that it calls itself, not through a step."""
    done: set[Callable[..., Any]] = set()
    todo = [flow]
    while todo:
        if (one := todo.pop()) not in done:
            done.add(one)
            source = source_of(one)
            yield from (
                Finding(
                    place,
                    "outside-step",
                    f"{what}: a replay may find it different; do it in a step",
                )
                for place, what in _found(source)
            )
            todo += [it for it in map(source.meaning, _called(source)) if is_ours(it)]


def _called(source: Source) -> list[ast.expr]:
    return [node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call)]


def _found(source: Source) -> Iterator[tuple[Place, str]]:
    called = _called(source)
    for node, _ in operations(source):
        if node in called:  # and not only handed to saga.step
            yield source.place(node), f"{ast.unparse(node)} is a call of another API"
    body = ast.Module(body=source.tree.body, type_ignores=[])
    names = list(dotted_names(body))
    parts = {id(name.value) for name in names if isinstance(name, ast.Attribute)}
    for name in (it for it in names if id(it) not in parts):
        if what := _different(full_name(source, name)):
            yield source.place(name), f"{ast.unparse(name)} is {what}"


def _different(name: str | None) -> str | None:
    for what, names in DIFFERENT_EACH_TIME.items():
        if name and any(name == it or name.startswith(f"{it}.") for it in names):
            return what
    return None


def full_name(source: Source, node: ast.expr) -> str | None:
    """`datetime.datetime.now`, by whatever name it was imported; None when it is not known."""
    if isinstance(node, ast.Attribute):
        owner = full_name(source, node.value)
        return owner and f"{owner}.{node.attr}"
    if not isinstance(node, ast.Name) or (thing := source.meaning(node)) is UNKNOWN:
        return None
    if isinstance(thing, ModuleType):
        return thing.__name__
    module = getattr(thing, "__module__", None) or type(getattr(thing, "__self__", None)).__module__
    return f"{module}.{getattr(thing, '__qualname__', node.id)}"
