"""The relay's state: what was delivered, who is greylisted, the bad days on order."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from sandbox.calls import CallLog
from sandbox.clock import Clock, utc_text
from sandbox.faults import FaultBook
from sandbox.messages import Json
from sandbox.store import Row, one, transaction

SCHEMA = Path(__file__).with_name("schema.sql")
GREYLIST_SECONDS = 60.0

OPERATIONS = ("connect", "ehlo", "auth", "mail", "rcpt", "data", "message", "quit")
"""`message` is the dot at the end of one: the moment it is taken."""

INSERT = "INSERT INTO deliveries (message_id, sender, recipients, raw, at) VALUES (?, ?, ?, ?, ?)"


class Relay:
    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self.db, self.clock = db, clock
        self.faults, self.calls = FaultBook(), CallLog()

    @property
    def operations(self) -> Sequence[str]:
        return OPERATIONS

    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        return {("DELETE", "messages"): lambda _: self._empty()}

    def deliver(self, sender: str, recipients: Sequence[str], raw: bytes) -> int:
        row = (parsed(raw)["Message-ID"] or "", sender, json.dumps(recipients), raw)
        with transaction(self.db):
            return int(self.db.execute(INSERT, (*row, self.clock.now())).lastrowid or 0)

    def is_greylisted(self, recipient: str) -> bool:
        """From the first try on, for a while."""
        with transaction(self.db):
            row = one(self.db, "SELECT welcome_at FROM greylist WHERE recipient = ?", recipient)
            if row is None:
                welcome = self.clock.now() + GREYLIST_SECONDS
                self.db.execute("INSERT INTO greylist VALUES (?, ?)", (recipient, welcome))
                return True
            return bool(row["welcome_at"] > self.clock.now())

    def deliveries(self) -> list[Row]:
        return self.db.execute("SELECT * FROM deliveries ORDER BY no").fetchall()

    def state(self) -> Json:
        """Letters by Message-ID: how often each was delivered, and whether always the same."""
        letters: dict[str, Json] = {}
        raws: dict[str, set[bytes]] = {}
        for row in self.deliveries():
            known = letters.setdefault(row["message_id"], {**shape(row), "deliveries": 0})
            known["deliveries"] += 1
            raws.setdefault(row["message_id"], set()).add(row["raw"])
            known["alwaysTheSame"] = len(raws[row["message_id"]]) == 1
        return {"letters": letters}

    def _empty(self) -> None:
        with transaction(self.db):
            self.db.execute("DELETE FROM deliveries")


def parsed(raw: bytes) -> EmailMessage:
    message: EmailMessage = BytesParser(policy=default).parsebytes(raw)
    return message


def shape(row: Row) -> dict[str, Json]:
    message = parsed(row["raw"])
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "no": row["no"],
        "messageId": row["message_id"],
        "sender": row["sender"],
        "recipients": json.loads(row["recipients"]),
        "subject": str(message["Subject"] or ""),
        "text": text.get_content() if text else None,
        "html": html.get_content() if html else None,
        "at": utc_text(row["at"]),
    }
