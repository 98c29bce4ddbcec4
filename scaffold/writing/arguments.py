"""The arguments of an operation, which are the same all the way down: path, body, then the others."""

from runtime.contracts.client_source import python_type, snake
from scaffold.system import Leaf, Listing, Member, Operation, Shape

MOST_BY_PLACE = 4


def arguments(operation: Operation) -> list[str]:
    body = [f"body: v1.{operation.body.name}"] if operation.body else []
    first = [*(argument(member) for member in operation.placed("path")), *body]
    others = [argument(member) for member in after_body(operation)]
    return [*first, *(["*"] if others and by_name(operation) else []), *others]


def by_name(operation: Operation) -> bool:
    """Whether there are so many arguments that a caller has to say which is which."""
    return len(operation.parameters) + (operation.body is not None) > MOST_BY_PLACE


def passed(operation: Operation, members: list[Member]) -> list[str]:
    """Arguments of the same names, as they are handed on."""
    names = [snake(member.name) for member in members]
    return [f"{name}={name}" for name in names] if by_name(operation) else names


def after_body(operation: Operation) -> list[Member]:
    return [*operation.placed("query"), *operation.placed("header")]


def argument(member: Member) -> str:
    kind = _annotation(member.shape)
    return f"{snake(member.name)}: {kind}" + ("" if member.required else " | None")


def _annotation(shape: Shape) -> str:
    if isinstance(shape, Listing):
        return f"list[{_annotation(shape.item)}]"
    assert isinstance(shape, Leaf)  # noqa: S101 - others are no parameters
    return python_type(shape.schema)
