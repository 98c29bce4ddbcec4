"""`python -m bench`: every figure of docs/benchmarks.md, one after the other."""

import sys

from bench import hops, startup
from bench.soap import __main__ as soap

if __name__ == "__main__":
    sys.exit(startup.main([]) or hops.main([]) or soap.main([]))
