"""Sales orders. Status 10 entered -> 20 confirmed; 90 cancelled from both."""

import re
import sqlite3
from decimal import ROUND_HALF_UP, Decimal

from sandbox.erp import customers, prices
from sandbox.erp.soap import Tree, business_fault
from sandbox.messages import Json
from sandbox.store import Row, one

ENTERED, CONFIRMED, CANCELLED = "10", "20", "90"
TRANSITIONS = {(ENTERED, CONFIRMED), (ENTERED, CANCELLED), (CONFIRMED, CANCELLED)}
FIRST_ORDER_NO = 4_500_000_000
CENT, GRAM = Decimal("0.01"), Decimal("0.001")

INSERT_ORDER = """
    INSERT INTO orders (ext_ref, cust_no, status, currency, created_at, changed_at, payment_ref,
        delivery_addr_code, surcharge)
    VALUES (:ExtRef, :CustNo, '10', :Currency, :now, :now, :PaymentRef, :DeliveryAddrCode,
        coalesce((SELECT amount FROM surcharge), '0.00'))
"""
INSERT_LINE = "INSERT INTO order_lines VALUES (?, ?, ?, ?, ?)"
BY_REF = "SELECT * FROM orders WHERE ext_ref = ?"
PAGE = "SELECT * FROM orders WHERE cust_no = ? AND no < ? ORDER BY no DESC LIMIT ?"


def order_no(row: Row) -> str:
    return str(FIRST_ORDER_NO + row["no"])


def shape(db: sqlite3.Connection, row: Row) -> Tree:
    lines = db.execute(
        "SELECT * FROM order_lines WHERE order_no = ? ORDER BY line_no", (row["no"],)
    )
    shaped = [shape_line(line) for line in lines]
    order = {
        "OrderNo": order_no(row),
        "ExtRef": row["ext_ref"],
        "CustNo": row["cust_no"],
        "Status": row["status"],
        "Currency": row["currency"],
        "OrderDate": row["created_at"][:10],
        "CreatedAt": row["created_at"],
        "ChangedAt": row["changed_at"],
        "Lines": {"Line": shaped},
        "NetTotal": str(_total(row, shaped)),
        "PaymentRef": row["payment_ref"],
    }
    return order | ({"DeliveryAddrCode": code} if (code := row["delivery_addr_code"]) else {})


def _total(row: Row, lines: list[Tree]) -> Decimal:
    return sum((Decimal(line["NetAmount"]) for line in lines), Decimal(row["surcharge"]))


def surcharge(db: sqlite3.Connection, amount: Json) -> None:
    """From now on, as for small orders. ValueError for what is no amount."""
    if not (isinstance(amount, str) and re.fullmatch(r"[0-9]{1,6}\.[0-9]{2}", amount)):
        raise ValueError("Send an amount with two decimals, as a string")
    db.execute("DELETE FROM surcharge")
    db.execute("INSERT INTO surcharge VALUES (?)", (amount,))


def shape_line(line: Row) -> Tree:
    net = (Decimal(line["qty"]) * Decimal(line["unit_price"])).quantize(CENT, ROUND_HALF_UP)
    return {
        "LineNo": line["line_no"],
        "MatNo": line["mat_no"],
        "Qty": line["qty"],
        "UnitPrice": line["unit_price"],
        "NetAmount": str(net),
    }


def require(db: sqlite3.Connection, ext_ref: str) -> Row:
    row = one(db, BY_REF, ext_ref)
    if row is None:
        raise business_fault("NOT_FOUND", f"No sales order with reference {ext_ref}", "ExtRef")
    return row


def get(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    return {"SalesOrder": shape(db, require(db, asked["ExtRef"]))}


def create(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    if (known := one(db, BY_REF, asked["ExtRef"])) is not None:
        text = f"Reference {asked['ExtRef']} belongs to sales order {order_no(known)}"
        raise business_fault("DUPLICATE_REFERENCE", text, "ExtRef", OrderNo=order_no(known))
    check_customer(db, asked)
    for position, line in enumerate(asked["Lines"]["Line"], 1):
        check_line(db, asked["Currency"], line, f"Lines/Line[{position}]")
    optional = {"PaymentRef": None, "DeliveryAddrCode": None}
    no = db.execute(INSERT_ORDER, optional | asked | {"now": now}).lastrowid
    for position, line in enumerate(asked["Lines"]["Line"], 1):
        qty, price = Decimal(line["Qty"]).quantize(GRAM), Decimal(line["UnitPrice"])
        price = price.quantize(CENT) if price == price.quantize(CENT) else price
        db.execute(INSERT_LINE, (no, position * 10, line["MatNo"], str(qty), str(price)))
    created = shape(db, require(db, asked["ExtRef"]))
    return {name: created[name] for name in ("OrderNo", "Status", "CreatedAt", "NetTotal")}


def check_customer(db: sqlite3.Connection, asked: Tree) -> None:
    customer = customers.require(db, asked["CustNo"])
    if customer["blocked"] == "Y":
        raise business_fault("STATE", f"Customer {asked['CustNo']} is blocked", "CustNo")
    if (code := asked.get("DeliveryAddrCode")) is None:
        return
    addresses = db.execute(customers.ADDRESSES, (asked["CustNo"],))
    if (code, "D") not in [(row["addr_code"], row["addr_type"]) for row in addresses]:
        text = f"{code} is not a delivery address of {asked['CustNo']}"
        raise business_fault("INVALID", text, "DeliveryAddrCode")


def check_line(db: sqlite3.Connection, currency: str, line: Tree, where: str) -> None:
    material = one(db, prices.SOLD, line["MatNo"])
    if material is None:
        text = f"Material {line['MatNo']} does not exist"
        raise business_fault("INVALID", text, f"{where}/MatNo")
    prices.check_currency(material, currency)
    if Decimal(line["Qty"]) <= 0:
        raise business_fault("INVALID", "The quantity must be positive", f"{where}/Qty")
    if Decimal(line["UnitPrice"]) < 0:
        raise business_fault("INVALID", "The price must not be negative", f"{where}/UnitPrice")


def cancel(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    return move(db, asked["ExtRef"], CANCELLED, now)


def confirm(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    return move(db, asked["ExtRef"], CONFIRMED, now)


def move(db: sqlite3.Connection, ext_ref: str, status: str, now: str) -> Tree:
    """Doing it again is fine."""
    row = require(db, ext_ref)
    if row["status"] != status:
        if (row["status"], status) not in TRANSITIONS:
            text = f"Sales order {order_no(row)} has status {row['status']}"
            raise business_fault("STATE", text, "Status")
        change = "UPDATE orders SET status = ?, changed_at = ? WHERE no = ?"
        db.execute(change, (status, now, row["no"]))
    return {"OrderNo": order_no(row), "Status": status}


def listing(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    """Newest first; the cursor is the last order number of the page before."""
    customers.require(db, asked["CustNo"])
    cursor, size = asked.get("Cursor"), int(asked.get("PageSize", "20"))
    if cursor and not (cursor.isascii() and cursor.isdecimal()):
        raise business_fault("INVALID", "The cursor is not one of ours", "Cursor")
    before = int(cursor) - FIRST_ORDER_NO if cursor else 2**62
    rows = db.execute(PAGE, (asked["CustNo"], before, size + 1)).fetchall()
    page = rows[:size]
    orders = {"Orders": {"SalesOrder": [shape(db, row) for row in page]}}
    return orders | ({"NextCursor": order_no(page[-1])} if len(rows) > size else {})


def state(db: sqlite3.Connection) -> dict[str, Json]:
    rows = db.execute("SELECT * FROM orders ORDER BY no").fetchall()
    orders = [shape(db, row) for row in rows]
    return {"orders": [order | {"Lines": order["Lines"]["Line"]} for order in orders]}
