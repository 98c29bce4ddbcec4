"""The documents of a vendored WSDL, followed from the first as a loader does."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from connectors.protocols.soap.vendored import ROOT, Vendored
from connectors.protocols.soap.vendoring.documents import parse, references

Documents = Mapping[str, etree._Element]
"""Roots by address: under ROOT what is vendored, elsewhere what is well known."""


def documents(main: Path) -> Documents:
    """Raises WsdlError for what is not pinned, not vendored or not readable."""
    vendored = Vendored(main.parent)
    roots: dict[str, etree._Element] = {}
    waiting = [ROOT + main.name]
    for url in waiting:  # which grows
        if url in roots:
            continue
        roots[url] = parse(vendored.load(url), url.removeprefix(ROOT))
        waiting += [urljoin(url, r.location) for r in references(roots[url]) if r.location]
    return roots
