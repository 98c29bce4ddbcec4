"""`strata sandbox [--host HOST] [--data DIR] [--ports ERP,CRM,INVENTORY,PAYMENTS]`"""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from sandbox.serve import BACKENDS, LOOPBACK, PortInUseError, serve


def _ports(text: str) -> list[int]:
    ports = [int(part) for part in text.split(",")]
    if len(ports) != len(BACKENDS) or not all(0 <= port <= 65535 for port in ports):
        raise ValueError(text)
    return ports


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
        "--ports",
        type=_ports,
        default="9101,9102,9103,9104",
        metavar=",".join(BACKENDS).upper(),
        help="0 = any free one (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    if options.data is not None:
        options.data.mkdir(parents=True, exist_ok=True)
    place = (
        nullcontext(options.data)
        if options.data
        else tempfile.TemporaryDirectory(prefix="sandbox-")
    )
    with place as data:
        try:
            serve(Path(data), options.ports, options.host)
        except PortInUseError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
