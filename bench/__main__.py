"""`python -m bench`: every figure of docs/benchmarks.md, one after the other."""

import sys

from bench import hops, metering, outbound, startup
from bench.flows import __main__ as flows
from bench.overload import __main__ as overload
from bench.screens import __main__ as screens
from bench.soap import __main__ as soap

if __name__ == "__main__":
    sys.exit(
        any(
            each.main([])
            for each in (startup, hops, outbound, metering, soap, overload, flows, screens)
        )
    )
