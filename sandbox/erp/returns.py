"""Returns of confirmed orders. Status 30 credited; 90 cancelled, and its reference is used up.

A return is credited at the prices of the order; the one with which everything is back has the rest.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from sandbox.erp import orders
from sandbox.erp.soap import Tree, business_fault
from sandbox.messages import Json
from sandbox.store import Row, one

CREDITED, CANCELLED = "30", "90"
FIRST_RETURN_NO = 4_600_000_000

INSERT = """
    INSERT INTO returns (order_no, return_ref, status, created_at, reason, credit_total)
    VALUES (:order_no, :ReturnRef, :status, :now, :Reason, :total)
"""
BY_REF = "SELECT * FROM returns WHERE order_no = ? AND return_ref = ?"
OF_ORDER = "SELECT * FROM returns WHERE order_no = ? ORDER BY no"
CREDITED_LINES = """
    SELECT mat_no, qty FROM return_lines JOIN returns ON no = return_no
    WHERE order_no = ? AND status = '30'
"""


def create(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    order = orders.require(db, asked["ExtRef"])
    if (known := one(db, BY_REF, order["no"], asked["ReturnRef"])) is not None:
        text = f"Reference {asked['ReturnRef']} belongs to return {return_no(known)}"
        raise business_fault("DUPLICATE_REFERENCE", text, "ReturnRef")
    if order["status"] != orders.CONFIRMED:
        text = f"Sales order {orders.order_no(order)} has status {order['status']}"
        raise business_fault("STATE", text, "Status")
    lines = asked["Lines"]["Line"]
    wanted = quantities((line["MatNo"], line["Qty"]) for line in lines)
    left = left_of(db, order)
    check(lines, wanted, left)
    row = {"order_no": order["no"], "status": CREDITED, "now": now}
    row |= {"ReturnRef": asked["ReturnRef"], "Reason": asked.get("Reason")}
    no = db.execute(INSERT, row | {"total": str(credit(db, order, wanted, left))}).lastrowid
    rows = [(no, mat_no, str(qty)) for mat_no, qty in wanted.items()]
    db.executemany("INSERT INTO return_lines VALUES (?, ?, ?)", rows)
    return {"Return": shape(db, order, find(db, order, asked["ReturnRef"]))}


def quantities(lines: Iterable[tuple[str, str]]) -> dict[str, Decimal]:
    """By material, which may be on several lines."""
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for mat_no, qty in lines:
        total[mat_no] += Decimal(qty).quantize(orders.GRAM)
    return dict(total)


def left_of(db: sqlite3.Connection, order: Row) -> dict[str, Decimal]:
    """What was sold and has not come back."""
    asked = "SELECT mat_no, qty FROM order_lines WHERE order_no = ?"
    sold = quantities(map(tuple, db.execute(asked, (order["no"],))))
    back = quantities(map(tuple, db.execute(CREDITED_LINES, (order["no"],))))
    return {mat_no: qty - back.get(mat_no, 0) for mat_no, qty in sold.items()}


def check(lines: list[Tree], wanted: Mapping[str, Decimal], left: Mapping[str, Decimal]) -> None:
    for position, line in enumerate(lines, 1):
        where = f"Lines/Line[{position}]/Qty"
        if Decimal(line["Qty"]) <= 0:
            raise business_fault("INVALID", "The quantity must be positive", where)
        if wanted[line["MatNo"]] > left.get(line["MatNo"], 0):
            text = f"{left.get(line['MatNo'], 0)} of {line['MatNo']} can come back"
            raise business_fault("STATE", text, where)


def credit(
    db: sqlite3.Connection, order: Row, wanted: Mapping[str, Decimal], left: Mapping[str, Decimal]
) -> Decimal:
    """Never more than the order cost less what was credited before."""
    credits = db.execute(OF_ORDER, (order["no"],)).fetchall()
    before = sum(
        (Decimal(r["credit_total"]) for r in credits if r["status"] == CREDITED), Decimal(0)
    )
    rest = Decimal(orders.shape(db, order)["NetTotal"]) - before
    if all(wanted.get(mat_no, Decimal(0)) == qty for mat_no, qty in left.items()):
        return rest
    cost = sum((worth(db, order, mat_no, qty) for mat_no, qty in wanted.items()), Decimal(0))
    return min(rest, cost.quantize(orders.CENT, ROUND_HALF_UP))


def worth(db: sqlite3.Connection, order: Row, mat_no: str, qty: Decimal) -> Decimal:
    """Of a material that is on lines of different prices: the average."""
    asked = "SELECT qty, unit_price FROM order_lines WHERE order_no = ? AND mat_no = ?"
    lines = [tuple(map(Decimal, line)) for line in db.execute(asked, (order["no"], mat_no))]
    return qty * sum(q * price for q, price in lines) / sum(q for q, _ in lines)


def cancel(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    """Doing it again is fine, and so is doing it first: the reference is used up either way."""
    order = orders.require(db, asked["ExtRef"])
    row = {"order_no": order["no"], "ReturnRef": asked["ReturnRef"], "status": CANCELLED}
    tombstone = f"{INSERT} ON CONFLICT (order_no, return_ref) DO UPDATE SET status = '90'"
    db.execute(tombstone, row | {"now": now, "Reason": None, "total": "0.00"})
    return {
        "ReturnNo": return_no(find(db, order, asked["ReturnRef"])),
        "Status": CANCELLED,
    }


def listing(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    order = orders.require(db, asked["ExtRef"])
    rows = db.execute(OF_ORDER, (order["no"],)).fetchall()
    return {"Returns": {"Return": [shape(db, order, row) for row in rows]}}


def cancel_order(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    """An order of which something was credited is no longer cancelled: the rest can come back."""
    order = orders.require(db, asked["ExtRef"])
    returned = db.execute(OF_ORDER, (order["no"],)).fetchall()
    if any(row["status"] == CREDITED for row in returned):
        text = f"Goods of sales order {orders.order_no(order)} have come back"
        raise business_fault("STATE", text, "Returns")
    return orders.cancel(db, asked, now)


def find(db: sqlite3.Connection, order: Row, return_ref: str) -> Row:
    """One that was just written."""
    row: Row = db.execute(BY_REF, (order["no"], return_ref)).fetchone()
    return row


def return_no(row: Row) -> str:
    return str(FIRST_RETURN_NO + row["no"])


def shape(db: sqlite3.Connection, order: Row, row: Row) -> Tree:
    lines = db.execute(
        "SELECT mat_no, qty FROM return_lines WHERE return_no = ? ORDER BY rowid", (row["no"],)
    )
    return {
        "ReturnNo": return_no(row),
        "ReturnRef": row["return_ref"],
        "ExtRef": order["ext_ref"],
        "Status": row["status"],
        "CreatedAt": row["created_at"],
        "Reason": row["reason"],
        "Lines": {"Line": [{"MatNo": line["mat_no"], "Qty": line["qty"]} for line in lines]},
        "Currency": order["currency"],
        "CreditTotal": row["credit_total"],
    }


def state(db: sqlite3.Connection) -> dict[str, Json]:
    """By order, the oldest first; lines as a plain list."""
    ordered = db.execute("SELECT * FROM orders ORDER BY no").fetchall()
    shaped = [shape(db, o, row) for o in ordered for row in db.execute(OF_ORDER, (o["no"],))]
    return {"returns": [each | {"Lines": each["Lines"]["Line"]} for each in shaped]}
