"""`strata wsdl add | report | check`: WSDLs as pinned files, and how much of them we hold to.

Nothing is fetched: what a WSDL imports has to be on the disk, given by --import, or well known.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from connectors.protocols.soap.fidelity import Report, report
from connectors.protocols.soap.fidelity_text import lines
from connectors.protocols.soap.vendored import PINS, Vendored, WsdlError
from connectors.protocols.soap.vendoring.adding import Added, Refused, add
from connectors.protocols.soap.vendoring.folder import main_of

CONNECTORS = Path(__file__).parents[2]
NAME = re.compile(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)")


def main(arguments: list[str]) -> int:
    """1 for a WSDL that is refused or not as pinned; 2 for a command line nobody understands."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except WsdlError as error:
        sys.stderr.write(f"strata wsdl: {error}\n")
        return 1
    return status


def _add(options: argparse.Namespace) -> int:
    try:
        added = add(
            options.file,
            options.to or _folder(options.name),
            imports=dict(options.imports),
            port=options.port,
            replace=options.replace,
        )
    except Refused as refused:
        return _show(refused.report, options.json)
    if not options.json:
        sys.stdout.write("".join(f"{line}\n" for line in _told(added)))
    return _show(added.report, options.json, added)


def _report(options: argparse.Namespace) -> int:
    place = _place(options.name)
    return _show(report(place if place.is_file() else main_of(place), options.port), options.json)


def _check(options: argparse.Namespace) -> int:
    folders = [_place(name) for name in options.names] or list(_vendored())
    faults = [fault for folder in folders for fault in _faults(folder)]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(f"{len(folders)} vendored, {len(faults) or 'none'} not as pinned\n")
    return 1 if faults else 0


def _faults(folder: Path) -> Iterator[str]:
    try:
        Vendored(folder)
    except WsdlError as error:
        yield f"{folder}: {error}"


def _vendored() -> Iterator[Path]:
    """Every folder of a WSDL among the connectors, also one without pins."""
    for folder in sorted(CONNECTORS.glob("*/wsdl/*")):
        if folder.is_dir() and not folder.name.startswith((".", "__")):
            yield folder


def _show(judged: Report, as_json: bool, added: Added | None = None) -> int:
    if as_json:
        told: dict[str, Any] = asdict(judged)
        if added is not None:
            told |= {"folder": str(added.main.parent), "changed_files": added.changed_files}
            told["differences"] = added.differences and asdict(added.differences)
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(judged)))
    return 1 if judged.errors else 0


def _told(added: Added) -> Iterator[str]:
    yield f"vendored into {added.main.parent}, pinned in {PINS}"
    if added.changed_files:
        yield f"imports led to vendored or well-known files in {', '.join(added.changed_files)}"
    if added.differences is not None:
        for word, names in asdict(added.differences).items():
            yield from (f"{word}: {name}" for name in names)


def _folder(name: str) -> Path:
    """`erp/acme` is connectors/erp/wsdl/acme, beside the vendor's own file."""
    matched = NAME.fullmatch(name)
    if matched is None:
        raise WsdlError(f"{name} is no name: say CAPABILITY/VENDOR, such as erp/acme")
    return CONNECTORS / matched[1] / "wsdl" / matched[2]


def _place(name: str) -> Path:
    """A vendored WSDL by name, by folder, or by its file."""
    place = Path(name) if Path(name).exists() else _folder(name)
    if not place.exists():
        raise WsdlError(f"no WSDL is vendored as {name}")
    return place


def _import(text: str) -> tuple[str, Path]:
    url, equals, file = text.rpartition("=")
    if not equals or not url or not Path(file).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not URL=FILE with a file that exists")
    return url, Path(file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="strata wsdl", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="add | report | check")
    adding = commands.add_parser("add", help="vendor a WSDL with all it imports, and report on it")
    adding.set_defaults(run=_add)
    adding.add_argument("name", help="CAPABILITY/VENDOR, such as erp/acme")
    adding.add_argument("file", type=Path, help="the WSDL; what it imports lies where it says")
    adding.add_argument("--to", type=Path, metavar="FOLDER", help="this folder instead")
    adding.add_argument("--replace", action="store_true", help="and list what changes")
    adding.add_argument(
        "--import",
        dest="imports",
        metavar="URL=FILE",
        type=_import,
        action="append",
        default=[],
        help="the file for an import, as it is written in the WSDL; may be repeated",
    )
    reporting = commands.add_parser("report", help="the fidelity report of a vendored WSDL")
    reporting.set_defaults(run=_report)
    reporting.add_argument("name", help="CAPABILITY/VENDOR, a folder, or a WSDL in it")
    for command in (adding, reporting):
        command.add_argument("--port", help="only this one")
        command.add_argument("--json", action="store_true", help="one JSON object")
    checking = commands.add_parser("check", help="whether vendored files are as they were pinned")
    checking.set_defaults(run=_check)
    checking.add_argument("names", nargs="*", metavar="NAME", help="all when none is named")
    return parser
