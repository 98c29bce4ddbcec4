"""Invoices: one per order, issued when it is confirmed. What becomes of the order decides its status."""

import sqlite3
from decimal import ROUND_HALF_UP, Decimal

from sandbox.erp import orders, prices
from sandbox.erp.soap import Tree, business_fault
from sandbox.messages import Json
from sandbox.store import Row, one

FIRST_INVOICE_NO = 9_000_000_000
CENT = Decimal("0.01")
STATUS = {  # (the order is cancelled, it was paid for)
    (False, False): "O",
    (False, True): "P",
    (True, False): "X",
    (True, True): "C",
}
ISSUE = "INSERT OR IGNORE INTO invoices VALUES (?, ?)"
INVOICE = "SELECT * FROM invoices WHERE order_no = ?"


def confirm_order(db: sqlite3.Connection, asked: Tree, now: str) -> Tree:
    confirmed = orders.confirm(db, asked, now)
    db.execute(ISSUE, (orders.require(db, asked["ExtRef"])["no"], now))
    return confirmed


def get(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    row = orders.require(db, asked["ExtRef"])
    invoice = one(db, INVOICE, row["no"])
    if invoice is None:
        text = f"Sales order {orders.order_no(row)} has not been invoiced"
        raise business_fault("NOT_FOUND", text, "Invoice")
    return {"Invoice": _shape(db, row, invoice)}


def _shape(db: sqlite3.Connection, row: Row, invoice: Row) -> Tree:
    order = orders.shape(db, row)
    lines = [_line(db, line) for line in order["Lines"]["Line"]]
    paid = order["PaymentRef"] is not None
    return {
        "InvoiceNo": str(FIRST_INVOICE_NO + row["no"]),
        "ExtRef": order["ExtRef"],
        "Status": STATUS[order["Status"] == orders.CANCELLED, paid],
        "IssuedAt": invoice["issued_at"],
        "Currency": order["Currency"],
        "Lines": {"Line": lines},
        "Total": order["NetTotal"],
        "TaxTotal": str(sum(map(_tax, lines), Decimal("0.00"))),
    }


def _line(db: sqlite3.Connection, line: Tree) -> Tree:
    [material] = db.execute(prices.MATERIAL, (line["MatNo"],))
    return {
        "LineNo": line["LineNo"],
        "MatNo": line["MatNo"],
        "Description": material["description"],
        "Qty": line["Qty"],
        "UnitPrice": line["UnitPrice"],
        "TaxPercent": material["tax_rate"],
        "Amount": line["NetAmount"],
    }


def _tax(line: Tree) -> Decimal:
    """What of its amount is tax; a surcharge on the order carries none."""
    percent, amount = Decimal(line["TaxPercent"]), Decimal(line["Amount"])
    return (amount * percent / (100 + percent)).quantize(CENT, ROUND_HALF_UP)


def state(db: sqlite3.Connection) -> dict[str, Json]:
    rows = db.execute("SELECT orders.ext_ref FROM invoices JOIN orders ON orders.no = order_no")
    return {"invoiced": sorted(row["ext_ref"] for row in rows)}
