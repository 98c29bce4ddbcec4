"""`python -m bench`: every figure of docs/benchmarks.md, one after the other."""

import sys

from bench import hops, startup

if __name__ == "__main__":
    sys.exit(startup.main([]) or hops.main([]))
