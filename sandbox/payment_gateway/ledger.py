"""What is reserved, taken and given back; each operation answers with a result code."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.payment_gateway import codes
from sandbox.payment_gateway.envelope import Tree
from sandbox.store import Row, one

WINDOW = 900  # seconds in which a transmission is recognised


@dataclass(frozen=True, slots=True)
class Asked:
    """`now` in seconds, `host_time` as the gateway writes it."""

    db: sqlite3.Connection
    fields: Mapping[str, str]
    now: float
    host_time: str

    @property
    def amount(self) -> int:
        return int(self.fields["Amount"])


Act = Callable[[Asked], str]


def last(db: sqlite3.Connection, ref: str) -> Row | None:
    return one(db, "SELECT * FROM transactions WHERE ref = ? ORDER BY no DESC LIMIT 1", ref)


def authorise(asked: Asked) -> str:
    fields, held = asked.fields, last(asked.db, asked.fields["MerchantRef"])
    if held is not None and held["status"] in ("R", "X"):
        return codes.REVERSED
    if _seen(asked, "Authorise"):
        return codes.DUPLICATE
    code = codes.CARDS.get(fields["CardToken"], codes.NO_CARD)
    status = "A" if code == codes.OK else "D"
    asked.db.execute(
        "INSERT INTO transactions (ref, memo, status, currency, exponent, amount)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            fields["MerchantRef"],
            fields.get("Memo"),
            status,
            fields["Currency"],
            fields["CurrencyExponent"],
            asked.amount,
        ),
    )
    return _sent(asked, "Authorise") if code == codes.OK else code


def capture(asked: Asked) -> str:
    held = last(asked.db, asked.fields["OriginalRef"])
    if held is None or held["status"] in ("D", "X"):
        return codes.NO_ORIGINAL
    if held["status"] == "R":
        return codes.REVERSED
    if _seen(asked, "Capture"):
        return codes.DUPLICATE
    if _other_money(asked, held) or asked.amount > held["amount"] - held["captured"]:
        return codes.EXCEEDS
    change = "UPDATE transactions SET status = 'S', captured = captured + ? WHERE no = ?"
    asked.db.execute(change, (asked.amount, held["no"]))
    return _sent(asked, "Capture")


def cancel(asked: Asked) -> str:
    """Of a reference that was never authorised it is kept, and refuses what comes late."""
    ref = asked.fields["OriginalRef"]
    held = last(asked.db, ref)
    if held is None or held["status"] == "D":
        asked.db.execute("INSERT INTO transactions (ref, status) VALUES (?, 'X')", (ref,))
        return codes.OK
    if held["status"] == "S":
        return codes.CAPTURED
    if held["status"] in ("R", "X"):
        return codes.REVERSED
    asked.db.execute("UPDATE transactions SET status = 'R' WHERE no = ?", (held["no"],))
    return codes.OK


def refund(asked: Asked) -> str:
    """Nobody here asks whether that much was taken."""
    held = last(asked.db, asked.fields["OriginalRef"])
    if held is None or held["status"] != "S":
        return codes.NO_ORIGINAL
    if _seen(asked, "Refund"):
        return codes.DUPLICATE
    if _other_money(asked, held):
        return codes.EXCEEDS
    asked.db.execute(
        "INSERT INTO refunds (original, ref, amount, host_time) VALUES (?, ?, ?, ?)",
        (held["no"], asked.fields["MerchantRef"], asked.amount, asked.host_time),
    )
    return _sent(asked, "Refund")


def query(asked: Asked) -> str:
    return codes.OK if last(asked.db, asked.fields["OriginalRef"]) else codes.NO_ORIGINAL


def gateway_ref(asked: Asked) -> str:
    """The gateway's own number of what an operation was about."""
    row = last(asked.db, asked.fields.get("OriginalRef") or asked.fields["MerchantRef"])
    return f"{row['no'] if row else 0:012d}"


def transaction(db: sqlite3.Connection, ref: str) -> Tree | None:
    """The last one under a reference, as it is told."""
    row = last(db, ref)
    if row is None:
        return None
    refunds = db.execute("SELECT * FROM refunds WHERE original = ? ORDER BY no", (row["no"],))
    return {
        "MerchantRef": row["ref"],
        "Memo": row["memo"],
        "Status": row["status"],
        "Currency": row["currency"],
        "CurrencyExponent": row["exponent"],
        "Amount": row["amount"],
        "CapturedAmount": row["captured"] if row["amount"] is not None else None,
        "Refund": [
            {"MerchantRef": one["ref"], "Amount": one["amount"], "HostTime": one["host_time"]}
            for one in refunds
        ],
    }


def _other_money(asked: Asked, held: Row) -> bool:
    told = asked.fields["Currency"], asked.fields["CurrencyExponent"]
    return told != (held["currency"], held["exponent"])


def _seen(asked: Asked, operation: str) -> bool:
    window = one(asked.db, "SELECT value FROM settings WHERE name = 'windowSeconds'")
    since = asked.now - (window["value"] if window else WINDOW)
    seen = "SELECT 1 FROM transmissions WHERE operation = ? AND ref = ? AND at > ?"
    return one(asked.db, seen, operation, asked.fields["MerchantRef"], since) is not None


def _sent(asked: Asked, operation: str) -> str:
    statement = "INSERT OR REPLACE INTO transmissions VALUES (?, ?, ?)"
    asked.db.execute(statement, (operation, asked.fields["MerchantRef"], asked.now))
    return codes.OK


OPERATIONS: Mapping[str, Act] = {
    "Authorise": authorise,
    "Capture": capture,
    "Cancel": cancel,
    "Refund": refund,
    "Query": query,
}
