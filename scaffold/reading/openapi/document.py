"""An OpenAPI document, and what a $ref in it means. Nothing is fetched: it has to be in one file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scaffold.system import Refused

Node = Mapping[str, Any]


class Document:
    def __init__(self, root: Node) -> None:
        self.root = root

    def resolve(self, node: Node) -> Node:
        """What stands there, or what it refers to. Raises Refused, naming the $ref."""
        seen: list[str] = []
        while "$ref" in node:
            reference = str(node["$ref"])
            if reference in seen:
                raise Refused([f"$ref {reference} leads back to itself"])
            seen.append(reference)
            node = {**self._at(reference), **{k: v for k, v in node.items() if k != "$ref"}}
        return node

    def _at(self, reference: str) -> Node:
        if not reference.startswith("#/"):
            raise Refused(
                [f"$ref {reference} is in another file, which is not read: bundle them into one"]
            )
        found: Any = self.root
        for part in reference.removeprefix("#/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or key not in found:
                raise Refused([f"$ref {reference} leads nowhere"])
            found = found[key]
        if not isinstance(found, Mapping):
            raise Refused([f"$ref {reference} leads to no object"])
        return found


def read(file: Path) -> Document:
    """Raises Refused for what is no OpenAPI 3.0 or 3.1."""
    try:
        root = yaml.safe_load(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise Refused([f"{file} cannot be read: {error}"]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused([f"{file} is neither YAML nor JSON"]) from error
    return document(root, str(file))


def document(root: Any, name: str) -> Document:
    version = str(root.get("openapi", "")) if isinstance(root, Mapping) else ""
    if not version.startswith(("3.0", "3.1")):
        said = f"but says OpenAPI {version}" if version else "and has no `openapi`"
        raise Refused([f"{name} is no OpenAPI 3.0 or 3.1 document, {said}"])
    if not isinstance(root.get("paths"), Mapping) or not root["paths"]:
        raise Refused([f"{name} has no paths"])
    return Document(root)
