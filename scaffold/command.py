"""`strata new system-api NAME`: from a WSDL, an OpenAPI document or nothing to an API that answers.

Contract, models and client, a connector with the mappings spelt out, the System API, a simulated
backend and a test that passes. What is made works and is yours to edit; nothing is generated anew over it,
but for the models and the client. Development only: it writes into the project it is part of.
"""

import argparse
import re
import sys
from pathlib import Path

import orjson

from connectors.protocols.soap.vendored import WsdlError
from runtime.contracts.bundle import ContractError
from scaffold.making import Asked, Made, make, planned
from scaffold.system import Refused

NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def main(arguments: list[str]) -> int:
    """1 for what is refused, and then nothing is written; 2 for a wrong command line."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.port and not options.wsdl:
        parser.error("--port goes with --wsdl")
    asked = Asked(
        name=options.name,
        vendor=options.vendor or ("soap" if options.wsdl else "rest"),
        wsdl=options.wsdl,
        openapi=options.openapi,
        port=options.port,
        only=tuple(options.only or ()),
        imports=dict(options.imports),
    )
    try:
        made = planned(asked) if options.dry_run else make(asked)
    except (Refused, WsdlError, ContractError) as error:
        return _refused(error, as_json=options.json)
    _tell(made, asked, as_json=options.json, dry_run=options.dry_run)
    return 0


def _refused(error: Exception, *, as_json: bool) -> int:
    reasons = error.reasons if isinstance(error, Refused) else [str(error)]
    if as_json:
        sys.stdout.write(orjson.dumps({"refused": reasons}).decode() + "\n")
    sys.stderr.write("".join(f"strata new: {reason}\n" for reason in reasons))
    return 1


def _tell(made: Made, asked: Asked, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        told = {"api": f"system/{asked.name}", "vendor": asked.vendor, "written": not dry_run}
        told |= {"made": made.new, "changed": made.changed, "operations": made.operations}
        sys.stdout.write(orjson.dumps({**told, "notes": made.notes}).decode() + "\n")
        return
    lines = [f"system/{asked.name}: {len(made.operations)} operations"]
    lines += [f"  {'would make' if dry_run else 'made'}    {file}" for file in made.folders]
    lines += [f"  {'would change' if dry_run else 'changed'} {file}" for file in made.changed]
    lines += [f"  note    {note}" for note in made.notes]
    if not dry_run:
        lines += ["", *_next(asked)]
    sys.stdout.write("\n".join(lines) + "\n")


def _next(asked: Asked) -> list[str]:
    connector = f"connectors/{asked.name}/{asked.vendor}"
    return [
        "next:",
        f"  contracts/system/{asked.name}/v1.yaml  put it into our words, then `make generate`",
        f"  {connector}/words.py  what they say as what we mean",
        f"  {connector}/__init__.py  its quirks and faults, each with why it matters",
        f"  strata serve system/{asked.name}, beside strata sandbox --only {asked.name}",
        "  make test",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="strata new", description=__doc__)
    kinds = parser.add_subparsers(required=True, metavar="system-api")
    system = kinds.add_parser("system-api", help="a System API with its connector and simulator")
    system.add_argument("name", type=_name, help="of the capability: loyalty, order-tracking")
    source = system.add_mutually_exclusive_group()
    source.add_argument("--wsdl", type=Path, metavar="FILE", help="make it of this WSDL")
    source.add_argument("--openapi", type=Path, metavar="FILE", help="make it of OpenAPI 3")
    system.add_argument("--vendor", type=_name, help="default: soap, or rest without a WSDL")
    system.add_argument("--port", help="of the WSDL, where it has several")
    system.add_argument(
        "--only", metavar="OPERATION", action="append", help="this operation; may be repeated"
    )
    system.add_argument(
        "--import",
        dest="imports",
        metavar="URL=FILE",
        type=_import,
        action="append",
        default=[],
        help="the file for an import of the WSDL, as it is written there; may be repeated",
    )
    system.add_argument("--dry-run", action="store_true", help="say what would be made")
    system.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _name(text: str) -> str:
    name = text.replace("-", "_")
    if NAME.fullmatch(text) is None or not name.isidentifier() or _reserved(name):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name: words of small letters and digits, as in order-tracking"
        )
    return name


def _reserved(name: str) -> bool:
    import keyword

    return keyword.iskeyword(name) or keyword.issoftkeyword(name)


def _import(text: str) -> tuple[str, Path]:
    url, equals, file = text.rpartition("=")
    if not equals or not url or not Path(file).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not URL=FILE with a file that exists")
    return url, Path(file)
