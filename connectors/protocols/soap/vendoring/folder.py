"""A vendored folder: its files with their pins, put in place whole or not at all."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connectors.protocols.soap.vendored import PINS, WsdlError
from connectors.protocols.soap.vendoring.documents import WSDL, parse, references


def contents(folder: Path) -> dict[str, bytes]:
    """The files as they are, whatever their pins; none where there is no folder.

    Raises WsdlError for a folder that holds something else.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    if not (folder / PINS).is_file():
        raise WsdlError(f"{folder} holds other things than a vendored WSDL; it has no {PINS}")
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != PINS)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@contextmanager
def prepared(folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """The files in a folder beside `folder`, to be tried before they take its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".wsdl-", dir=folder.parent) as beside:
        new = Path(beside) / folder.name
        new.mkdir()
        for name, content in files.items():
            (new / name).write_bytes(content)
        (new / PINS).write_text(_pins(files))
        yield new


def put(new: Path, folder: Path) -> None:
    """What is prepared takes its place; what was there goes with the preparation."""
    if folder.exists():
        folder.rename(new.parent / "replaced")
    new.rename(folder)


def _pins(files: Mapping[str, bytes]) -> str:
    return "".join(f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in sorted(files))


def main_of(folder: Path) -> Path:
    """The WSDL among the files: the one with a service that no other imports."""
    wsdls = {
        name: root
        for name, content in contents(folder).items()
        if (root := parse(content, name)).tag == f"{{{WSDL}}}definitions"
    }
    imported = {r.location.removeprefix("./") for root in wsdls.values() for r in references(root)}
    serving = [n for n, root in wsdls.items() if root.find(f"{{{WSDL}}}service") is not None]
    mains = [name for name in serving if name not in imported] or serving
    if len(mains) != 1:
        which = " or ".join(f"{folder / name}" for name in sorted(mains or wsdls))
        raise WsdlError(f"{folder}: which is the WSDL? Name {which or 'none: there is none'}")
    return folder / mains[0]
