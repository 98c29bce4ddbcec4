"""`strata sandbox [--host HOST] [--data DIR] [--only NAMES] [--ports any | NAME=PORT,...]`"""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from sandbox.serve import LOOPBACK, PortInUseError, serve
from sandbox.services import SERVICES

USUAL = {name: simulated.port for name, simulated in SERVICES.items()}


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in SERVICES]:
        known = ", ".join(SERVICES)
        raise argparse.ArgumentTypeError(f"there is no backend {unknown[0]!r}; there are {known}")
    return names


def _ports(text: str) -> dict[str, int]:
    if text == "any":
        return dict.fromkeys(SERVICES, 0)
    pairs = [pair.partition("=") for pair in text.split(",")]
    _names(",".join(name for name, _, _ in pairs))
    if not all(port.isascii() and port.isdigit() and int(port) <= 65535 for _, _, port in pairs):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535, as in erp=9101,crm=0")
    return {name: int(port) for name, _, port in pairs}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="strata sandbox", description="Simulated backends.")
    parser.add_argument(
        "--host",
        default=LOOPBACK,
        help="address to listen on (default: %(default)s; whoever reaches it needs no password)",
    )
    parser.add_argument(
        "--data", type=Path, help="keep the state here (default: a directory removed at exit)"
    )
    parser.add_argument(
        "--only",
        type=_names,
        default=list(SERVICES),
        metavar="NAMES",
        help=f"start these alone, of {','.join(SERVICES)} (default: all)",
    )
    parser.add_argument(
        "--ports",
        type=_ports,
        default={},
        metavar="NAME=PORT,...",
        help="where they differ from the usual ones (0: any free one); 'any': any free ones at all "
        f"(usual: {','.join(f'{name}={port}' for name, port in USUAL.items())})",
    )
    return _serve(parser.parse_args(arguments))


def _serve(options: argparse.Namespace) -> int:
    ports = USUAL | options.ports
    try:
        with _place(options.data) as data:
            serve(Path(data), {name: ports[name] for name in options.only}, options.host)
    except PortInUseError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except PermissionError as error:
        sys.stderr.write(f"Cannot keep the state in {options.data}: {error.strerror}\n")
        return 2
    return 0


def _place(data: Path | None) -> nullcontext[Path] | tempfile.TemporaryDirectory[str]:
    if data is None:
        return tempfile.TemporaryDirectory(prefix="sandbox-")
    data.mkdir(parents=True, exist_ok=True)
    return nullcontext(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
