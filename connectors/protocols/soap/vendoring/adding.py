"""A WSDL gathered, tried, compared with what is there, and put in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.protocols.soap.fidelity import Report, report
from connectors.protocols.soap.vendored import WsdlError
from connectors.protocols.soap.vendoring import folder as folders
from connectors.protocols.soap.vendoring.differences import Differences, between
from connectors.protocols.soap.vendoring.gather import gather


@dataclass(frozen=True, slots=True)
class Added:
    main: Path
    report: Report
    changed_files: list[str]
    """In which references were led to the files beside them."""
    differences: Differences | None
    """From the version that was replaced."""


class Refused(WsdlError):
    """The WSDL is not vendored: `report` says what of it cannot be used."""

    def __init__(self, refused: Report) -> None:
        super().__init__("; ".join(refused.errors))
        self.report = refused


def add(
    wsdl: Path,
    folder: Path,
    *,
    imports: Mapping[str, Path] | None = None,
    port: str | None = None,
    replace: bool = False,
) -> Added:
    """Vendor the WSDL at `wsdl` into `folder`. Nothing is left behind when it raises.

    `imports`: files for references that lead to none. Raises WsdlError, Refused among them.
    """
    gathered = gather(wsdl, imports)
    old = folders.contents(folder)
    if old and old != gathered.files and not replace:
        raise WsdlError(f"{folder} holds another version; --replace it to see what changes")
    differences = between(old, gathered.files) if old else None
    with folders.prepared(folder, gathered.files) as new:
        judged = report(new / gathered.main, port)
        if judged.errors:
            raise Refused(judged)
        if old != gathered.files:
            folders.put(new, folder)
    return Added(folder / gathered.main, judged, gathered.changed, differences)
