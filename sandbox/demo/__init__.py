"""`strata demo`: an order through three layers, and what happens when things fail.

It starts everything it needs, tells the story in five chapters, each held against what the backends
themselves have on record afterwards, and keeps serving until Ctrl-C.
"""

import argparse
import signal
import sys
from typing import NoReturn

import httpx
from rich.console import Console

from sandbox.demo.child import DemoError
from sandbox.demo.performance import Wish, perform
from sandbox.demo.stage import CHOICES
from sandbox.demo.story import WIDTH
from sandbox.real.rpc import TrytonError

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

INTERRUPTED = 130
"""As shells have it: 128 and the number of the signal."""


def main(arguments: list[str]) -> int:
    """0 when all was as told, 1 when not; 2 for wrong flags."""
    options = _parser().parse_args(arguments)
    for number in STOPS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)
    out, err = _console(stderr=False), _console(stderr=True)
    try:
        good = perform(Wish(CHOICES[options.backends], options.once, options.json), out, err)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (DemoError, TrytonError, httpx.HTTPError, OSError) as error:
        err.print(f"strata demo: {error}", markup=False, highlight=False, style="red")
        return 1
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="strata demo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="tell the story on free ports and end; 0 if every outcome was as told, else 1",
    )
    parser.add_argument(
        "--backends",
        choices=list(CHOICES),
        default="sandbox",
        help="what is behind the platform: %(choices)s (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="the result as one JSON document")
    return parser


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    (sys.stderr if stderr else sys.stdout).reconfigure(errors="replace")  # type: ignore[union-attr]
    return console


def _interrupt(*_: object) -> NoReturn:
    # Once is enough: a second one must not interrupt the cleaning up.
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
