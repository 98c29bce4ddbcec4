"""`python -m scaffold system-api NAME`, as `strata new` does it."""

import sys

from scaffold.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
