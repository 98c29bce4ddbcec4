"""A WSDL with everything it imports and includes, as one flat set of files.

Flat, because zeep takes the same relative name in two folders for one file, and because nothing can
then lead out of the folder. A file is changed only where a reference of it has to lead elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from connectors.protocols.soap.vendored import WsdlError
from connectors.protocols.soap.vendoring.documents import Reference, parse, references, schemas
from connectors.protocols.soap.vendoring.supplied import supply
from connectors.protocols.soap.well_known import CANONICAL

MAX_FILES = 500
MAX_TOTAL_BYTES = 64 << 20


@dataclass(slots=True)
class Gathered:
    main: str
    files: dict[str, bytes] = field(default_factory=dict)
    """By the name in the folder."""
    changed: list[str] = field(default_factory=list)
    """Files in which references were led elsewhere."""


@dataclass(slots=True)
class _Document:
    path: Path
    content: bytes
    root: etree._Element
    name: str
    changed: bool = False

    def written(self) -> bytes:
        if not self.changed:
            return self.content
        text: bytes = etree.tostring(
            self.root.getroottree(), xml_declaration=True, encoding="utf-8"
        )
        return text


def gather(main: Path, imports: Mapping[str, Path] | None = None) -> Gathered:
    """`imports`: files for references as they are written, URLs among them.

    Raises WsdlError naming every reference that leads nowhere.
    """
    gatherer = _Gatherer(imports or {})
    gatherer.gather(main)
    files = {d.name: d.written() for d in gatherer.documents.values()}
    changed = sorted(d.name for d in gatherer.documents.values() if d.changed)
    return Gathered(gatherer.documents[main.resolve()].name, files, changed)


class _Gatherer:
    def __init__(self, imports: Mapping[str, Path]) -> None:
        self._imports = imports
        self._unused = set(imports)
        self._faults: list[str] = []
        self.documents: dict[Path, _Document] = {}

    def gather(self, main: Path) -> None:
        waiting = [self._read(main)]
        for document in waiting:  # which grows
            for reference in references(document.root):
                known = len(self.documents)
                self._follow(document, reference)
                waiting += list(self.documents.values())[known:]
        self._supply()
        self._faults += [f"nothing imports {url}" for url in sorted(self._unused)]
        if self._faults:
            raise WsdlError(f"{main.name}: " + "; ".join(dict.fromkeys(self._faults)))

    def _follow(self, document: _Document, reference: Reference) -> None:
        location = reference.location
        if not location:
            return
        canonical = CANONICAL.get(location)
        if canonical is not None and location not in self._imports:
            self._lead(document, reference, canonical)
            return
        path = self._path(document, location)
        if path is not None:
            imported = self.documents.get(path.resolve()) or self._read(path)
            self._lead(document, reference, imported.name)

    def _path(self, document: _Document, location: str) -> Path | None:
        """The file a reference means; None, and a fault, where there is none."""
        if location in self._imports:
            self._unused.discard(location)
            return self._imports[location]
        if urlsplit(location).scheme or location.startswith(("/", "\\")):
            said = "is not fetched"
        else:
            beside = document.path.parent
            for written in (location, unquote(location)):
                if (beside / written).is_file():
                    return beside / written
            said = "is not there"
        self._faults.append(
            f"{document.name} imports {location}, which {said}; give it as --import {location}=FILE"
        )
        return None

    def _read(self, path: Path) -> _Document:
        if len(self.documents) >= MAX_FILES:
            raise WsdlError(f"over {MAX_FILES} files")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WsdlError(f"{path}: {error.strerror}") from error
        root = parse(content, path.name)
        document = _Document(path.resolve(), content, root, self._free_name(path))
        self.documents[document.path] = document
        if sum(len(d.content) for d in self.documents.values()) > MAX_TOTAL_BYTES:
            raise WsdlError(f"over {MAX_TOTAL_BYTES >> 20} MB in all")
        return document

    def _free_name(self, path: Path) -> str:
        """Of characters that mean the same in a path and a URL, and not taken by another file."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", path.name).lstrip(".-") or "schema"
        stem, dot, suffix = plain.rpartition(".")
        taken = {d.name.lower() for d in self.documents.values()}
        numbered = (f"{stem}{dot and '-'}{n}{dot}{suffix}" for n in range(2, MAX_FILES + 2))
        return next(name for name in (plain, *numbered) if name.lower() not in taken)

    def _lead(self, document: _Document, reference: Reference, target: str) -> None:
        if reference.location.removeprefix("./") != target:
            reference.lead_to(target)
            document.changed = True

    def _supply(self) -> None:
        parts = [(d, schema) for d in self.documents.values() for schema in schemas(d.root)]
        vendored = {schema.get("targetNamespace", "") for _, schema in parts}
        for document, schema in parts:
            document.changed |= supply(schema, vendored)
