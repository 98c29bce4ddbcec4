"""A new ERP: the seed's customers, each with both addresses, and its price list."""

import sqlite3
from pathlib import Path

from sandbox.erp import customers
from sandbox.seed import Seed

SCHEMA = Path(__file__).with_name("schema.sql")
BEFORE_GO_LIVE = "2025-01-01T00:00:00Z"
ADDR_CODES = {"BILL": "B", "SHIP": "D"}  # AddrCode -> AddrType


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    for person in seed.customers:
        customer = {"CustNo": person["id"], "Name1": person["name"], "Name2": None}
        customer |= {"Email": person["email"], "Phone": person["phone"], "Blocked": "N"}
        db.execute(customers.SAVE_CUSTOMER, customer | {"ChangedAt": BEFORE_GO_LIVE})
        address = {"CustNo": person["id"], "Street": person["street"], "Zip": person["postalCode"]}
        address |= {"City": person["city"], "Country": person["country"]}
        for code, kind in ADDR_CODES.items():
            db.execute(customers.SAVE_ADDRESS, address | {"AddrCode": code, "AddrType": kind})
    for product in seed.products:
        row = (product["sku"], product["name"], seed.currency, product["price"])
        db.execute("INSERT INTO materials VALUES (?, ?, ?, ?, ?)", (*row, seed.tax_rate))
