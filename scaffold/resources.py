"""Which operations of a REST service keep something, and which show, list or forget it: by method and
path, as REST has it. `/orders/{orderId}` is one of `/orders`."""

import re
from typing import Any

from scaffold.keeping import alike, is_number
from scaffold.system import Leaf, Listing, Member, Operation, Record, System


def kept_by_path(operation: Operation, system: System) -> dict[str, Any]:
    """What an operation does with documents, as sandbox/simulated/rest.py reads it."""
    kind, of_one = _kind(operation, system)
    sent = _sent(kind, system)
    if not sent:
        return {}
    held = _members(operation.answer)
    if operation.method in ("put", "patch") and operation.their_path.endswith("}"):
        return {"does": "keep", "kind": kind, "same": _same(held, sent)}
    if operation.method == "post" and not of_one and operation.body:
        return _created(operation, kind, sent, system)
    if operation.method == "delete" and of_one:
        return {"does": "forget", "kind": kind}
    if of_one:
        same = _same(held, sent)
        return {"does": "show", "kind": kind, "same": same} if same else {}
    return _listed(operation, kind, sent) if operation.method == "get" else {}


def _kind(operation: Operation, system: System) -> tuple[str, bool]:
    """The collection, and whether one in it is meant: the last value of the path says which. What
    stands behind that value is done to the one, unless it is a collection itself."""
    path = operation.their_path
    found = re.match(r"(.*)/{\w+}([^{]*)$", path)
    below = any(re.match(re.escape(path) + r"/{\w+}$", o.their_path) for o in system.operations)
    if found is not None and (not found[2] or (operation.method == "post" and not below)):
        return found[1], True
    return path, False


def _sent(kind: str, system: System) -> list[Member]:
    """What those that keep something of a kind are sent, and what they answer is made up for it."""
    found: list[Member] = []
    for operation in system.operations:
        at, of_one = _kind(operation, system)
        by_name = of_one and operation.method in ("put", "patch")
        created = not of_one and operation.method == "post"
        if at == kind and operation.body and not operation.bare_body and (by_name or created):
            found += operation.body.members
            found += _members(operation.answer) if created else []
    return found


def _created(operation: Operation, kind: str, sent: list[Member], system: System) -> dict[str, Any]:
    held = _members(operation.answer)
    leaves = {m.name: m for m in held if isinstance(m.shape, Leaf)}
    wanted = [*_called(kind, system), "id", *(name for name in leaves if name.endswith("Id"))]
    name = next((leaves[one] for one in wanted if one in leaves), None)
    if name is None or operation.bare_answer:
        return {}
    numbered = name.key not in {m.key for m in _members(operation.body)}
    if numbered and not is_number(name.shape):
        return {}
    told = {"does": "keep", "kind": kind, "by": name.key, "same": _same(held, sent)}
    return {**told, "numbered": True} if numbered else told


def _called(kind: str, system: System) -> list[str]:
    """What the paths of one call the value that says which."""
    found = (re.fullmatch(re.escape(kind) + r"/{(\w+)}", o.their_path) for o in system.operations)
    return [one[1] for one in found if one]


def _listed(operation: Operation, kind: str, sent: list[Member]) -> dict[str, Any]:
    for member in _members(operation.answer):
        shape = member.shape
        if isinstance(shape, Listing) and isinstance(shape.item, Record):
            told = {"does": "list", "kind": kind, "same": _same(shape.item.members, sent)}
            return told if operation.bare_answer else {**told, "items": member.key}
    return {}


def _members(record: Record | None) -> list[Member]:
    return record.members if record else []


def _same(held: list[Member], sent: list[Member]) -> list[str]:
    return [m.key for m in held if any(m.key == s.key and alike(m.shape, s.shape) for s in sent)]
