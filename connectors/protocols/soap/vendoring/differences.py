"""What another version of a WSDL adds, takes away and changes: operations and global types.

Compared is the canonical text without annotations; a prefix spelt otherwise counts as a change.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from connectors.protocols.soap.vendoring.documents import WSDL, XSD, parse, schemas

NO_MATTER = (f"{{{WSDL}}}documentation", f"{{{XSD}}}annotation")


@dataclass(frozen=True, slots=True)
class Differences:
    added: list[str]
    removed: list[str]
    changed: list[str]


def between(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Differences:
    before, after = dict(_parts(old)), dict(_parts(new))
    return Differences(
        added=sorted(after.keys() - before.keys()),
        removed=sorted(before.keys() - after.keys()),
        changed=sorted(n for n in before.keys() & after.keys() if before[n] != after[n]),
    )


def _parts(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """What has a name of its own, with its text: operations by binding, types by namespace."""
    roots = [parse(content, name) for name, content in files.items()]
    messages = _by_name(roots, "message")
    port_types = _by_name(roots, "portType")
    for root in roots:
        for binding in root.findall(f"{{{WSDL}}}binding"):
            abstract = port_types.get(_local(binding.get("type", "")))
            for operation in binding.findall(f"{{{WSDL}}}operation"):
                name = operation.get("name", "")
                texts = [_text(operation), *_abstract(abstract, name, messages)]
                yield f"operation {binding.get('name')}/{name}", b"".join(texts)
        for schema in schemas(root):
            target = schema.get("targetNamespace", "")
            for part in schema.iterchildren(etree.Element):
                if name := part.get("name", ""):
                    yield f"{etree.QName(part).localname} {{{target}}}{name}", _text(part)


def _abstract(
    port_type: etree._Element | None, name: str, messages: Mapping[str, etree._Element]
) -> Iterator[bytes]:
    for operation in () if port_type is None else port_type.findall(f"{{{WSDL}}}operation"):
        if operation.get("name") == name:
            yield _text(operation)
            for side in operation.iterchildren(etree.Element):
                message = messages.get(_local(side.get("message", "")))
                if message is not None:
                    yield _text(message)


def _by_name(roots: list[etree._Element], tag: str) -> dict[str, etree._Element]:
    found = (element for root in roots for element in root.findall(f"{{{WSDL}}}{tag}"))
    return {element.get("name", ""): element for element in found}


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _text(element: etree._Element) -> bytes:
    copy = deepcopy(element)
    copy.tail = None
    etree.strip_elements(copy, *NO_MATTER, etree.Comment, with_tail=False)
    for inner in copy.iter(etree.Element):
        inner.text = (inner.text or "").strip()
        if inner is not copy:
            inner.tail = (inner.tail or "").strip()
    text: bytes = etree.tostring(copy, method="c14n", exclusive=True)
    return text
