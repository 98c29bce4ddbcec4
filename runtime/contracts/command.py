"""`strata contracts generate | check`: models and clients from the contracts (development only)."""

import argparse
import sys

from runtime.contracts import codegen
from runtime.contracts.bundle import ContractError


def main(arguments: list[str]) -> int:
    """`check` ends with 1 and the names of what is stale; 2 for a contract that cannot be read."""
    parser = argparse.ArgumentParser(prog="strata contracts", description=__doc__)
    parser.add_argument("action", choices=["generate", "check"])
    try:
        return _do(parser.parse_args(arguments).action)
    except ContractError as error:
        sys.stderr.write(f"strata contracts: {error}\n")
        return 2


def _do(action: str) -> int:
    if action == "generate":
        sys.stdout.write(f"{len(codegen.generate())} files generated\n")
        return 0
    stale = codegen.stale()
    sys.stdout.write("".join(f"stale: contracts/{path}\n" for path in stale) or "all fresh\n")
    return 1 if stale else 0
