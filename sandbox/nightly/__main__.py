"""`python -m sandbox.nightly DATA`: one night of the warehouse whose books lie in DATA."""

import sys
from contextlib import closing
from pathlib import Path

from sandbox.nightly.warehouse import Warehouse
from sandbox.seed import read_seed


def main(data: str) -> None:
    with closing(Warehouse(Path(data), read_seed())) as warehouse:
        sys.stdout.write(f"{warehouse.night()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
