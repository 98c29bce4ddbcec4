"""Boot Tryton and localstripe from PyPI, print where they are, run until told to stop.

The first time installs and provisions (about half a minute); after that a start takes a few
seconds. Every run begins with the shop of seed.yaml and an empty till.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from sandbox.real.boot import booted
from sandbox.real.children import BootError
from sandbox.real.progress import say

CHECK_EVERY = 0.2


def main() -> int:
    options = _options()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        with booted(options.ports, options.cache, options.data) as backends:
            sys.stdout.write(json.dumps(backends.addresses) + "\n")
            sys.stdout.flush()
            while True:
                time.sleep(CHECK_EVERY)
                backends.check()
    except BootError as error:
        say(str(error))
        return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.real", description=__doc__)
    parser.add_argument("--cache", type=_folder, default=_default_cache(), metavar="DIR")
    parser.add_argument("--ports", type=_ports, default=(9201, 9202), metavar="TRYTON,STRIPE")
    parser.add_argument(
        "--data",
        type=_folder,
        metavar="DIR",
        help="keep database and logs here after the run; a database that is there is replaced",
    )
    return parser.parse_args()


def _default_cache() -> Path:
    return _folder(os.environ.get("STRATA_CACHE") or "~/.cache/strata/real")


def _folder(name: str) -> Path:
    return Path(name).expanduser().absolute()


def _ports(text: str) -> tuple[int, int]:
    """Two numbers; 0 asks for any free port."""
    tryton, stripe = (int(port) for port in text.split(","))
    return tryton, stripe


def _stop(*_: object) -> NoReturn:
    # Once is enough: a second signal must not interrupt the cleaning up.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
