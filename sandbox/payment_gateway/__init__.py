"""A card gateway of the old kind: SOAP 1.1, rpc/literal, WS-Security, POST /gateway, WSDL ?wsdl.

User `strata`, password `sandbox` (digest, nonces count once), merchant `SANDBOX01`, cards in
codes.py. Answers are HTTP 200 with a ResultCode, format and security errors are Faults with 500.
Quirks: there is no idempotency key, only a memory of 15 minutes for what was transmitted (94), after
which a reference is taken anew; more may be given back than was taken; a Cancel of what was never
seen is kept and refuses what comes late (21); times are local to Europe/Paris.

Left out: settlement files, 3-D Secure, partial approvals, expiry of authorisations.
"""

import sqlite3
from pathlib import Path

from sandbox.payment_gateway.service import Gateway
from sandbox.seed import Seed

__all__ = ["SCHEMA", "Gateway", "fill"]

SCHEMA = Path(__file__).with_name("schema.sql")


def fill(_db: sqlite3.Connection, _seed: Seed) -> None:
    """It starts without a transaction."""
