"""The fidelity report: how much of what a WSDL declares we hold to, found before the first call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from connectors.protocols.soap import wsdl
from connectors.protocols.soap.schema import Schema
from connectors.protocols.soap.vendored import ROOT, WsdlError
from connectors.protocols.soap.vendoring import declared, facets
from connectors.protocols.soap.vendoring.reading import Documents, documents


@dataclass(frozen=True, slots=True)
class OperationReport:
    name: str
    style: str
    use: str
    obstacle: str | None
    """Why it cannot be spoken; None for one that can."""
    headers: tuple[str, ...]
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortReport:
    name: str
    binding: str
    soap: str
    """The version."""
    operations: list[OperationReport]
    fallbacks: Mapping[str, str]
    """Types that zeep has to do, with why they are not compiled."""
    error: str | None = None
    """Why the port cannot be used at all; operations that were dropped are named in it."""

    @property
    def usable(self) -> int:
        return sum(operation.obstacle is None for operation in self.operations)


@dataclass(frozen=True, slots=True)
class Report:
    wsdl: str
    files: list[str]
    well_known: list[str]
    """Addresses that are served from the catalogue."""
    ports: list[PortReport]
    other_ports: list[str]
    """Those that do not speak SOAP."""
    facets: Mapping[str, list[str]]
    """The types that have one, by its kind."""
    attachments: list[str]
    """Elements whose bytes may come beside the message."""
    libxml2: str | None
    """What it has against the schemas; None when it takes them."""
    errors: list[str] = field(default_factory=list)


def report(main: Path, port: str | None = None) -> Report:
    """On all SOAP ports of the vendored WSDL at `main`, or on one. Raises WsdlError for files that
    cannot be read; what cannot be used is in `errors`."""
    roots = documents(main)
    every = declared.ports(roots)
    ports = [_port(main, p, p.soap) for p in every if p.soap and port in (None, p.name)]
    nothing = [] if ports else [f"{main.name} has no SOAP port {port or ''}".rstrip()]
    return Report(
        wsdl=main.name,
        files=sorted(url.removeprefix(ROOT) for url in roots if url.startswith(ROOT)),
        well_known=sorted(url for url in roots if not url.startswith(ROOT)),
        ports=ports,
        other_ports=[p.name for p in every if not p.soap],
        facets=facets.facets(roots),
        attachments=facets.attachments(roots),
        libxml2=_complaint(roots),
        errors=nothing + list(dict.fromkeys(p.error for p in ports if p.error)),
    )


def _port(main: Path, port: declared.DeclaredPort, soap: str) -> PortReport:
    try:
        loaded = wsdl.load(main, port.name)
    except WsdlError as error:
        unusable = [_operation(o, "the WSDL cannot be used") for o in port.operations]
        return PortReport(port.name, port.binding, soap, unusable, {}, str(error))
    return PortReport(
        port.name,
        port.binding,
        soap,
        [_operation(o, loaded.unspoken.get(o.name)) for o in port.operations],
        {kind: why for o in loaded.operations.values() for kind, why in o.fallbacks.items()},
    )


def _operation(operation: declared.DeclaredOperation, obstacle: str | None) -> OperationReport:
    return OperationReport(
        operation.name,
        operation.style,
        operation.use,
        obstacle,
        operation.headers,
        operation.attachments,
    )


def _complaint(roots: Documents) -> str | None:
    try:
        Schema({url: etree.tostring(root) for url, root in roots.items()})
    except WsdlError as error:
        return str(error)
    return None
