"""One self-contained document out of a contract and the components it borrows from other files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # six times faster where libyaml is there


class ContractError(Exception):
    """A contract is broken, or code and contract differ; every fault is named."""

    def __init__(self, contract: str, faults: list[str]) -> None:
        super().__init__("\n  - ".join([f"{contract} cannot be served:", *faults]))
        self.faults = faults


class Bundle:
    """`../../canonical.yaml#/components/schemas/Money` becomes `#/components/schemas/Money`, and Money
    moves in, with everything it refers to itself.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.adopted: dict[str, dict[str, Any]] = {}
        self._homes: dict[tuple[str, str], Path] = {}
        document = self._localised(_read(self.path), self.path)
        components = document.setdefault("components", {})
        for section, held in self.adopted.items():
            self._move_in(section, held, components.setdefault(section, {}))
        self.document: dict[str, Any] = document

    def _localised(self, node: Any, home: Path) -> Any:
        if isinstance(node, dict):
            return {
                str(key): self._adopt(value, home)
                if key == "$ref" and isinstance(value, str)
                else self._localised(value, home)
                for key, value in node.items()
            }
        if isinstance(node, list):
            return [self._localised(value, home) for value in node]
        return node

    def _adopt(self, reference: str, home: Path) -> str:
        file, _, pointer = reference.partition("#")
        source = (home.parent / file).resolve() if file else home
        section, name = self._component(reference, pointer)
        try:
            component = _read(source)["components"][section][name]
        except (KeyError, TypeError):
            raise self._broken(f"nothing at {reference}") from None
        if source != self.path and self._first(section, name, source):
            held = self.adopted.setdefault(section, {})
            held[name] = {}  # present before it is walked, so that a cycle ends
            held[name] = self._localised(component, source)
        return f"#{pointer}"

    def _component(self, reference: str, pointer: str) -> tuple[str, str]:
        match pointer.split("/"):
            case ["", "components", section, name]:
                return section, name
        raise self._broken(f"{reference}: only a whole component can be referred to")

    def _first(self, section: str, name: str, source: Path) -> bool:
        """Whether a component is new here. Another file's of the same name is not another spelling."""
        known = self._homes.setdefault((section, name), source)
        if known != source:
            raise self._broken(f"{section}/{name}: borrowed from {known.name} and {source.name}")
        return name not in self.adopted.get(section, {})

    def _move_in(self, section: str, held: Mapping[str, Any], own: dict[str, Any]) -> None:
        for name, component in held.items():
            # `oauth2: {$ref: other.yaml#/…/oauth2}` has become a reference to itself: it makes room.
            if own.get(name, itself := {"$ref": f"#/components/{section}/{name}"}) != itself:
                raise self._broken(f"{section}/{name}: defined here, and borrowed by the same name")
            own[name] = component

    def _broken(self, fault: str) -> ContractError:
        return ContractError(str(self.path), [fault])


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow local references until something else is reached; what stands beside one is kept."""
    seen: list[str] = []
    while "$ref" in node:
        reference = str(node["$ref"])
        if reference in seen:
            raise ContractError(reference, ["it refers to itself"])
        seen.append(reference)
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


@cache
def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ContractError(str(path), [f"it cannot be read: {error}"]) from error
    if not isinstance(document, dict):
        raise ContractError(str(path), ["a mapping is expected"])
    return document
