"""The price list: prices per piece in one currency, net of rebates and with the tax in them."""

import sqlite3

from sandbox.erp.soap import Tree, business_fault
from sandbox.messages import Json
from sandbox.store import Row, one

MATERIAL = "SELECT * FROM materials WHERE mat_no = ?"
SOLD = """
    SELECT * FROM materials
    WHERE mat_no = ? AND mat_no NOT IN (SELECT mat_no FROM discontinued)
"""
VALID_FROM = "2025-01-01"


def shape(row: Row) -> Tree:
    return {
        "MatNo": row["mat_no"],
        "Description": row["description"],
        "Currency": row["currency"],
        "NetPrice": row["net_price"],
        "TaxRate": row["tax_rate"],
        "ValidFrom": VALID_FROM,
        "ValidTo": None,
    }


def get(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    row = one(db, SOLD, asked["MatNo"])
    if row is None:
        raise business_fault("NOT_FOUND", f"Material {asked['MatNo']} does not exist", "MatNo")
    check_currency(row, asked["Currency"])
    return {"Price": shape(row)}


def check_currency(row: Row, currency: str) -> None:
    if row["currency"] != currency:
        text = f"Material {row['mat_no']} has no price in {currency}"
        raise business_fault("INVALID", text, "Currency")


def state(db: sqlite3.Connection) -> dict[str, Json]:
    return {
        "materials": [shape(row) for row in db.execute("SELECT * FROM materials ORDER BY mat_no")]
    }
