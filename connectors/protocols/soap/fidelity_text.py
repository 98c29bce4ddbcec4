"""A fidelity report for people: one screen, the bad news last."""

from collections import Counter
from collections.abc import Iterable, Iterator

from connectors.protocols.soap.fidelity import PortReport, Report

NAMES = 4
"""So many are shown of each list; --json has them all."""


def lines(report: Report) -> Iterator[str]:
    files = f"{len(report.files)} file{'s' * (len(report.files) > 1)}"
    known = f", {len(report.well_known)} well-known: {', '.join(report.well_known)}"
    yield f"{report.wsdl}: {files}{known * bool(report.well_known)}"
    for port in report.ports:
        yield from _port(port)
    if report.other_ports:
        yield f"not SOAP: {', '.join(report.other_ports)}"
    for kind, names in report.facets.items():
        yield f"  {kind:<13}{_some(names)}"
    yield f"  attachments  {_some(report.attachments)}"
    yield f"  libxml2      {report.libxml2 or 'takes the schemas'}"
    yield from (f"ERROR: {error}" for error in report.errors)


def _port(port: PortReport) -> Iterator[str]:
    styles = Counter(f"{o.style}/{o.use}" for o in port.operations)
    spoken = ", ".join(f"{style} {count}" for style, count in styles.items())
    yield f"port {port.name} (SOAP {port.soap})"
    yield f"  operations   {len(port.operations)} declared, {port.usable} usable; {spoken}"
    if port.error is None and port.usable < len(port.operations):
        yield f"  unusable     {_some([f'{o.name} ({o.obstacle})' for o in port.operations if o.obstacle])}"
    headers = _distinct(o.headers for o in port.operations)
    yield f"  headers      {_some(headers)}"
    if beside := _distinct(o.attachments for o in port.operations):
        yield f"  mime parts   {_some(beside)}"
    yield f"  fall back    {_some([f'{name} ({why})' for name, why in port.fallbacks.items()])}"


def _distinct(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))


def _some(names: list[str]) -> str:
    if not names:
        return "none"
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return f"{len(names)}: {', '.join(names[:NAMES])}{more}"
