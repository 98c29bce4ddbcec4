"""Customers and their addresses."""

import sqlite3
from collections.abc import Iterator

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
RETIRE = "INSERT OR IGNORE INTO retired_customers VALUES (?, ?)"
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
    if one(db, "SELECT 1 FROM retired_customers WHERE cust_no = ?", asked["CustNo"]):
        raise business_fault("STATE", f"Customer {asked['CustNo']} is retired", "CustNo")
    row = one(db, CUSTOMER, asked["CustNo"])
    old = shape(row) if row else {"Name2": None, "Email": None, "Phone": None, "Blocked": "N"}
    new = old | asked
    if new != old:
        db.execute(SAVE_CUSTOMER, new | {"ChangedAt": now})
    return get(db, asked, now)


def retire(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    """With the addresses, for good; the number is taken for ever, whether or not anybody had it."""
    cust_no = asked["CustNo"]
    if one(db, "SELECT 1 FROM orders WHERE cust_no = ?", cust_no):
        raise business_fault("STATE", f"Customer {cust_no} has sales orders", "Orders")
    db.execute("DELETE FROM addresses WHERE cust_no = ?", (cust_no,))
    db.execute("DELETE FROM customers WHERE cust_no = ?", (cust_no,))
    db.execute(RETIRE, (cust_no, now))
    return {"CustNo": cust_no}


def find(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    """By CustNo; the cursor is the last one of the page before."""
    asked = asked or {}  # an element without any is told as a text without any
    conditions = list(_conditions(asked))
    if not conditions:
        raise business_fault("INVALID", "Search by name, e-mail or zip code", "NameWords")
    size = int(asked.get("PageSize", "20"))
    # S608: the conditions are ours, what they compare with is bound.
    wanted = " AND ".join(["cust_no > ?", *(condition for condition, _ in conditions)])
    statement = f"SELECT * FROM customers WHERE {wanted} ORDER BY cust_no LIMIT ?"  # noqa: S608
    values = [asked.get("Cursor", ""), *(value for _, value in conditions), size + 1]
    rows = db.execute(statement, values).fetchall()
    found = {"Matches": {"Match": [_match(db, row) for row in rows[:size]]}}
    return found | ({"NextCursor": rows[size - 1]["cust_no"]} if len(rows) > size else {})


def _conditions(asked: Tree) -> Iterator[tuple[str, str]]:
    for word in asked.get("NameWords", "").split():
        yield "instr(fold(name1 || coalesce(name2, '')), fold(?))", word
    if email := asked.get("Email"):
        yield "fold(email) = fold(?)", email
    if zip_code := asked.get("Zip"):
        same = "SELECT 1 FROM addresses WHERE addresses.cust_no = customers.cust_no AND zip = ?"
        yield f"EXISTS ({same})", zip_code


def _match(db: sqlite3.Connection, row: Row) -> Tree:
    addresses = db.execute(ADDRESSES, (row["cust_no"],))
    return {
        "Customer": shape(row),
        "Addresses": {"Address": [shape_address(address) for address in addresses]},
    }


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
        "retired": [row["cust_no"] for row in db.execute("SELECT cust_no FROM retired_customers")],
        "addresses": [{"CustNo": row["cust_no"], **shape_address(row)} for row in addresses],
    }
