"""The files of a WSDL as they were reviewed: pinned by hash, read once, served from memory.

A vendor's folder holds the WSDL, every schema it imports, and `pins.sha256` as `sha256sum * >
pins.sha256` writes it. Nothing is fetched, neither from the network nor from elsewhere on the disk:
what an import names is looked up among the pinned files, and refused if it is not there.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from connectors.protocols.soap import well_known

PINS = "pins.sha256"
ROOT = "file:///"
"""Where the pinned files seem to live, so that relative imports resolve and lead nowhere else."""

WELL_KNOWN = well_known.FILES
"""Schemas many WSDLs import by address, by it."""


class WsdlError(Exception):
    """A WSDL that must not be used as it is. Every fault is named; it is found at start."""


class Vendored:
    """The pinned files of one folder. Has the one method zeep asks of a transport."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = {ROOT + name: content for name, content in _checked(folder).items()}
        self.served: dict[str, bytes] = {}
        """What was asked for, by address, in that order."""

    def load(self, url: str) -> bytes:
        content = self._files.get(url)
        if content is None and url in WELL_KNOWN:
            content = Path(well_known.__file__).with_name(WELL_KNOWN[url]).read_bytes()
        if content is None:
            raise WsdlError(
                f"{self._folder.name}: {url.removeprefix(ROOT)} is imported but not vendored; put "
                f"it beside the WSDL, import it by its file name, and pin it in {PINS}"
            )
        self.served[url] = content
        return content


def _checked(folder: Path) -> dict[str, bytes]:
    """The contents by file name. Raises WsdlError when files and pins differ in any way."""
    try:
        pins = _pins((folder / PINS).read_text())
    except OSError as error:
        raise WsdlError(f"{folder.name}: no {PINS} ({error.strerror})") from error
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != PINS)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    if faults := sorted(_differences(pins, files)):
        raise WsdlError(f"{folder.name}: " + "; ".join(faults))
    return files


def _pins(text: str) -> dict[str, str]:
    lines = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name.lstrip("*"): digest for digest, name in lines}


def _differences(pins: Mapping[str, str], files: Mapping[str, bytes]) -> set[str]:
    faults = {f"{name} is pinned but missing" for name in pins.keys() - files.keys()}
    faults |= {f"{name} is not pinned" for name in files.keys() - pins.keys()}
    return faults | {
        f"{name} is not the file that was pinned"
        for name in pins.keys() & files.keys()
        if hashlib.sha256(files[name]).hexdigest() != pins[name]
    }
