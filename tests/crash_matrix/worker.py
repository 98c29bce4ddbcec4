"""`python -m tests.crash_matrix.worker`: plays the cases it reads, each a line of a break, a tab and its
name, and says what became of them, a JSON object a line."""

import dataclasses
import signal
import sys
from contextlib import suppress

import orjson

from tests.crash_matrix.cases import read_case
from tests.crash_matrix.sabotage import SABOTAGE
from tests.crash_matrix.stage import Stage


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when there is nothing to read any more
    with Stage() as stage, suppress(BrokenPipeError):  # nobody listens any more
        for line in sys.stdin:
            sabotage, _, name = line.strip().partition("\t")
            outcome = stage.play(read_case(name), SABOTAGE[sabotage])
            sys.stdout.write(orjson.dumps(dataclasses.asdict(outcome)).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
