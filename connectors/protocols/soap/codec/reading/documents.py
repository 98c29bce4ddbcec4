"""What the schemas of a WSDL declare globally, by kind and name, with the defaults around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree

from connectors.protocols.soap.codec.names import XML
from connectors.protocols.soap.codec.shapes import XSD

SCHEMA = f"{{{XSD}}}schema"
Node = etree._Element


@dataclass(frozen=True, slots=True)
class Scope:
    """What a schema document says of all that it declares."""

    namespace: str
    elements_qualified: bool = False
    attributes_qualified: bool = False


class Declared(NamedTuple):
    node: Node
    scope: Scope


class Documents:
    def __init__(self, served: Mapping[str, bytes]) -> None:
        """`served`: every WSDL and schema that was loaded, by address."""
        self._roots = {url: etree.fromstring(content) for url, content in served.items()}
        self._seen: set[tuple[str, str]] = set()
        self._globals: dict[tuple[str, str], Declared] = {}
        for url, root in self._roots.items():
            if root.tag != SCHEMA:
                for schema in root.iter(SCHEMA):
                    self._read(url, schema, schema.get("targetNamespace", ""))
        for url, root in self._roots.items():  # loaded for a namespace that nobody imports by name
            if root.tag == SCHEMA and not any(url == seen for seen, _ in self._seen):
                self._read(url, root, root.get("targetNamespace", ""))

    def find(self, kind: str, name: str) -> Declared | None:
        """`kind`: the local name of the declaring element, such as `complexType`."""
        return self._globals.get((kind, name))

    @cached_property
    def substitutes(self) -> Mapping[str, list[str]]:
        """Elements by the head of the group they name."""
        found: dict[str, list[str]] = {}
        for (kind, name), declared in self._globals.items():
            if kind == "element" and (head := declared.node.get("substitutionGroup")):
                found.setdefault(resolved(head, declared), []).append(name)
        return found

    @cached_property
    def derived(self) -> Mapping[str, list[str]]:
        """Complex types by the type they extend or restrict."""
        found: dict[str, list[str]] = {}
        for (kind, name), declared in self._globals.items():
            if kind == "complexType" and (base := _base(declared)):
                found.setdefault(base, []).append(name)
        return found

    def names(self, kind: str) -> Iterator[str]:
        return (name for declared, name in self._globals if declared == kind)

    @cached_property
    def namespaces(self) -> list[str]:
        """All that declare something, in the order of the documents."""
        spaces = (declared.scope.namespace for declared in self._globals.values())
        return [space for space in dict.fromkeys(spaces) if space]

    def _read(self, url: str, schema: Node, namespace: str) -> None:
        scope = Scope(
            namespace,
            schema.get("elementFormDefault") == "qualified",
            schema.get("attributeFormDefault") == "qualified",
        )
        for node in schema.iterchildren("{*}*"):
            kind = etree.QName(node).localname
            if kind in ("include", "import", "redefine"):
                self._follow(urljoin(url, node.get("schemaLocation", "")), namespace, kind)
            elif name := node.get("name"):
                self._globals.setdefault((kind, clark(namespace, name)), Declared(node, scope))

    def _follow(self, url: str, namespace: str, kind: str) -> None:
        root = self._roots.get(url)
        if root is None or root.tag != SCHEMA:
            return
        # A schema without a namespace takes that of whoever includes it.
        inherited = namespace if kind != "import" else ""
        namespace = root.get("targetNamespace", inherited)
        if (url, namespace) not in self._seen:
            self._seen.add((url, namespace))
            self._read(url, root, namespace)


def clark(namespace: str | None, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def resolved(name: str, where: Declared) -> str:
    """A prefixed name in an attribute of the schema, in Clark notation."""
    prefix, _, local = name.strip().rpartition(":")
    namespace = XML if prefix == "xml" else where.node.nsmap.get(prefix or None)
    return clark(namespace or (None if prefix else where.scope.namespace), local)


def inner(node: Node, *kinds: str) -> Iterator[Node]:
    """The children of these kinds."""
    return node.iterchildren(*(f"{{{XSD}}}{kind}" for kind in kinds))


def doc_of(node: Node) -> str:
    texts = node.iterfind(f"{{{XSD}}}annotation/{{{XSD}}}documentation")
    return " ".join(word for text in texts for word in "".join(map(str, text.itertext())).split())


def _base(declared: Declared) -> str | None:
    for content in inner(declared.node, "complexContent", "simpleContent"):
        for step in inner(content, "extension", "restriction"):
            return resolved(step.get("base", ""), declared._replace(node=step))
    return None
