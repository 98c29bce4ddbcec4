"""connectors/NAME/VENDOR/words.py: a function for each type and way, field by field.

What an integration engineer edits: one to one at the start, so that it works.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from runtime.contracts.client_source import snake
from scaffold import names
from scaffold.system import Leaf, Listing, Member, Operation, Record, Shape, System, Table
from scaffold.writing.arguments import argument, by_name
from scaffold.writing.conversions import FUNCTIONS, IMPORTS, Conversion, functions

CONSTANTS = {
    "Tree": "Tree = Mapping[str, Any]\n",
    "ZONE": '''ZONE = UTC
"""Of their times that say none. Which one it is, is theirs to tell: until then this is a guess."""
''',
    "T": 'S = TypeVar("S")\nT = TypeVar("T")\n',
}
"""By the name that needs them."""


def words(system: System, conversions: Mapping[str, Conversion]) -> str:
    writer = Words(system, conversions)
    parts = [*writer.readers(), *writer.sayers()]
    body = "\n\n".join(parts)
    while (more := _used(body)) - _used_names(body):
        body += functions(more - _used_names(body))
    constants = [text for name, text in CONSTANTS.items() if re.search(rf"\b{name}\b", body)]
    code = "\n".join(constants) + "\n" + body
    head = (
        f'"""What {system.title} says, as ours, and the way back. '
        'They have `told`, and we have `said`."""'
    )
    return "\n".join([head, "", *imports(system, code), "", code])


def imports(system: System, code: str) -> Iterator[str]:
    for name, line in IMPORTS.items():
        if re.search(rf"\b{name}\b", code):
            yield line
    if re.search(r"\bLiteral\[", code):
        yield "from typing import Literal"
    if re.search(r"\bv1\.", code):
        yield f"from contracts.models.system.{system.name} import v1"


def _used(body: str) -> set[str]:
    return {name for name in FUNCTIONS if re.search(rf"\b{name}\b[(,]", body)}


def _used_names(body: str) -> set[str]:
    return {name for name in FUNCTIONS if f"def {name}(" in body}


class Words:
    def __init__(self, system: System, conversions: Mapping[str, Conversion]) -> None:
        self._system = system
        self._conversions = conversions
        self._soap = "xml" in conversions
        self._whole = {o.answer for o in system.operations if o.answer}

    def readers(self) -> Iterator[str]:
        for record in self._system.records:
            if record.received:
                fields = ", ".join(f"{snake(m.name)}={self._read(m)}" for m in record.members)
                known = self._known(record)
                told = "told" if record.members else "_told"
                yield (
                    f"def {our(record)}({told}: Tree) -> v1.{record.name}:\n"
                    f"{known}    return v1.{record.name}({fields})\n"
                )

    def sayers(self) -> Iterator[str]:
        for record in self._system.records:
            if record.sent:
                said = "said" if record.members else "_said"
                head = f"def {their(record)}({said}: v1.{record.name}) -> dict[str, Any]:\n"
                yield head + f"    return {self._said(record.members, 'said.')}\n"
        for operation in self._system.operations:
            for function, members in (
                (asked(operation), [_flag(m) for m in operation.placed("query")]),
                (headers(operation), operation.placed("header")),
            ):
                if members:
                    star = ["*"] if by_name(operation) else []
                    arguments = ", ".join([*star, *map(argument, members)])
                    said = self._said(members, "")
                    yield f"def {function}({arguments}) -> dict[str, Any]:\n    return {said}\n"

    def _known(self, record: Record) -> str:
        """JSON says nothing of what it is: an answer all of whose members may be absent would take
        anything for itself."""
        if self._soap or record not in self._whole or any(m.required for m in record.members):
            return ""
        keys = ", ".join(repr(m.key) for m in record.members)
        return f"    known(told, {keys})\n"

    def _read(self, member: Member) -> str:
        place = f"told[{member.key!r}]" if member.required else f"told.get({member.key!r})"
        return self._applied(member.shape, place, "read", required=member.required)

    def _said(self, members: list[Member], owner: str) -> str:
        always = [m for m in members if m.required or (m.nil and self._soap)]
        others = [m for m in members if m not in always]
        fields = ", ".join(f"{m.key!r}: {self._say(m, owner)}" for m in always)
        if not others:
            return f"{{{fields}}}"
        rest = ", ".join(f"{m.key!r}: {self._say(m, owner)}" for m in others)
        return f"{{{fields}, **present({{{rest}}})}}" if always else f"present({{{rest}}})"

    def _say(self, member: Member, owner: str) -> str:
        place = f"{owner}{snake(member.name)}"
        return self._applied(member.shape, place, "say", required=member.required)

    def _applied(self, shape: Shape, value: str, way: str, *, required: bool) -> str:
        """The expression for a value of a shape; `required`: it is not None."""
        if isinstance(shape, Listing | Table):
            return self._several(shape, value, way, required=required)
        function = self._function(shape, way)
        if function is None:
            return value
        return f"{function}({value})" if required else f"if_there({function}, {value})"

    def _several(self, shape: Listing | Table, value: str, way: str, *, required: bool) -> str:
        inner = shape.item if isinstance(shape, Listing) else shape.values
        one = self._applied(inner, "one", way, required=True)
        if one == "one" and (isinstance(shape, Table) or way == "say" or not self._soap):
            return value
        if isinstance(shape, Table):
            made = f"{{name: {one} for name, one in them.items()}}"
            return _called(f"lambda them: {made}", "if_there", value, required=required)
        if one == "one":
            return _called("some", "if_there", value, required=required)
        simple = one.endswith("(one)") and one.count("(") == 1
        function = one.removesuffix("(one)") if simple else f"lambda one: {one}"
        return f"{'each' if required else 'each_if_any'}({function}, {value})"

    def _function(self, shape: Leaf | Record, way: str) -> str | None:
        if isinstance(shape, Record):
            return our(shape) if way == "read" else their(shape)
        conversion = self._conversions[shape.conversion]
        return conversion.read if way == "read" else conversion.say


def our(record: Record) -> str:
    return f"our_{names.python(record.name).removesuffix('_')}"


def their(record: Record) -> str:
    return f"their_{names.python(record.name).removesuffix('_')}"


def asked(operation: Operation) -> str:
    return f"asked_{snake(operation.id)}"


def headers(operation: Operation) -> str:
    return f"headers_of_{snake(operation.id)}"


def _flag(member: Member) -> Member:
    """A query has texts alone, and Python's True is none of JSON's."""
    shape = member.shape
    if isinstance(shape, Leaf) and shape.schema.get("type") == "boolean":
        return replace(member, shape=replace(shape, conversion="flag"))
    return member


def _called(function: str, otherwise: str, value: str, *, required: bool) -> str:
    """A function of a value, or of one that may be None."""
    if not required:
        return f"{otherwise}({function}, {value})"
    return f"({function})({value})" if " " in function else f"{function}({value})"
