"""Customers and their addresses."""

import sqlite3

from sandbox.erp.soap import Tree, business_fault
from sandbox.messages import Json
from sandbox.store import Row, one

CUSTOMER = "SELECT * FROM customers WHERE cust_no = ?"
SAVE_CUSTOMER = """
    INSERT INTO customers (cust_no, name1, name2, email, phone, blocked, changed_at)
    VALUES (:CustNo, :Name1, :Name2, :Email, :Phone, :Blocked, :ChangedAt)
    ON CONFLICT (cust_no) DO UPDATE SET name1 = excluded.name1, name2 = excluded.name2,
    email = excluded.email, phone = excluded.phone, blocked = excluded.blocked,
    changed_at = excluded.changed_at
"""
SAVE_ADDRESS = """
    INSERT OR REPLACE INTO addresses (cust_no, addr_code, addr_type, street, zip, city, country)
    VALUES (:CustNo, :AddrCode, :AddrType, :Street, :Zip, :City, :Country)
"""
ADDRESSES = "SELECT * FROM addresses WHERE cust_no = ? ORDER BY addr_code"


def shape(row: Row) -> Tree:
    return {
        "CustNo": row["cust_no"],
        "Name1": row["name1"],
        "Name2": row["name2"],
        "Email": row["email"],
        "Phone": row["phone"],
        "Blocked": row["blocked"],
        "ChangedAt": row["changed_at"],
    }


def shape_address(row: Row) -> Tree:
    return {
        "AddrCode": row["addr_code"],
        "AddrType": row["addr_type"],
        "Street": row["street"],
        "Zip": row["zip"],
        "City": row["city"],
        "Country": row["country"],
    }


def require(db: sqlite3.Connection, cust_no: str) -> Row:
    row = one(db, CUSTOMER, cust_no)
    if row is None:
        raise business_fault("NOT_FOUND", f"Customer {cust_no} does not exist", "CustNo")
    return row


def get(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    return {"Customer": shape(require(db, asked["CustNo"]))}


def save(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    """Create or update. An absent field stays as it is, a nil one is emptied."""
    row = one(db, CUSTOMER, asked["CustNo"])
    old = shape(row) if row else {"Name2": None, "Email": None, "Phone": None, "Blocked": "N"}
    new = old | asked
    if new != old:
        db.execute(SAVE_CUSTOMER, new | {"ChangedAt": now})
    return get(db, asked, now)


def list_addresses(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    require(db, asked["CustNo"])
    rows = db.execute(ADDRESSES, (asked["CustNo"],))
    return {"Addresses": {"Address": [shape_address(row) for row in rows]}}


def save_address(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    require(db, asked["CustNo"])
    db.execute(SAVE_ADDRESS, asked["Address"] | {"CustNo": asked["CustNo"]})
    return {"Address": asked["Address"]}


def state(db: sqlite3.Connection) -> dict[str, Json]:
    addresses = db.execute("SELECT * FROM addresses ORDER BY cust_no, addr_code")
    return {
        "customers": [shape(row) for row in db.execute("SELECT * FROM customers ORDER BY cust_no")],
        "addresses": [{"CustNo": row["cust_no"], **shape_address(row)} for row in addresses],
    }
