"""The endpoint: who is asking, what is asked, one transaction, the answer."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import etree

from sandbox.clock import Clock
from sandbox.messages import Json, Reply, Request, html_reply
from sandbox.payment_gateway import codes, envelope, ledger, security
from sandbox.payment_gateway.envelope import GatewayFaultError
from sandbox.payment_gateway.wsdl import Forms, published
from sandbox.store import one, transaction

MERCHANT = "SANDBOX01"
ZONE = ZoneInfo("Europe/Paris")
TIME_FORMAT = "%Y%m%d%H%M%S"
AGREED = timedelta(minutes=15)
SETTINGS = ("late", "failing", "windowSeconds")
"""So many operations are done and answered 68, or not done and answered 96; see also ledger.py."""


class Gateway:
    operations: Sequence[str] = ["wsdl", *ledger.OPERATIONS]

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self.db, self.clock, self._forms = db, clock, Forms()
        self.own_controls: Mapping[tuple[str, str], Callable[[Json], Json]] = {
            ("POST", "settings"): self._set
        }
        self.own_faults: Mapping[str, Callable[[], Reply]] = {
            "unauthorized": security.refused("User or password is wrong").reply,
            "soap_fault": GatewayFaultError("soapenv:Server", "Gateway is closing").reply,
        }

    def operation_of(self, request: Request) -> str:
        if request.method == "GET" and "wsdl" in request.query:
            return "wsdl"
        try:
            name = etree.QName(envelope.called(envelope.read(request.body))).localname
        except GatewayFaultError:
            return "unknown"
        return name if name in ledger.OPERATIONS else "unknown"

    def answer(self, request: Request) -> Reply:
        if request.path != "/gateway":
            return self.refuse(404, f"Nothing is at {request.path}")
        if request.method == "GET" and "wsdl" in request.query:
            text = published(request.headers.get("host", ""))
            return Reply(200, text, {"content-type": "text/xml; charset=utf-8"})
        if request.method != "POST":
            return self.refuse(405, "POST a SOAP message")
        try:
            with transaction(self.db):
                return self._perform(request)
        except GatewayFaultError as fault:
            return fault.reply()

    def _perform(self, request: Request) -> Reply:
        message = envelope.read(request.body)
        security.demand_known(self.db, message)
        wrapper = envelope.called(message)
        operation = etree.QName(wrapper).localname
        asked = self._asked(operation, wrapper)
        code = self._code(operation, asked)
        result = {"ResultCode": code, "ResultText": codes.TEXTS[code]}
        result |= {"HostTime": asked.host_time}
        if code == codes.OK:
            result |= {"GatewayRef": ledger.gateway_ref(asked)}
        if operation == "Query" and code == codes.OK:
            found = ledger.transaction(self.db, asked.fields["OriginalRef"])
            return envelope.answer(operation, {**result, "Transaction": found})
        return envelope.answer(operation, result)

    def _asked(self, operation: str, wrapper: etree._Element) -> ledger.Asked:
        if operation not in ledger.OPERATIONS:
            raise GatewayFaultError("soapenv:Client", f"No operation {operation}")
        parts = list(wrapper)
        if [part.tag for part in parts] != ["Request"]:
            raise GatewayFaultError("soapenv:Client", "One part Request expected")
        if complaint := self._forms.complaint(operation, parts[0]):
            raise GatewayFaultError("soapenv:Client", f"Format error: {complaint}")
        now = self.clock.now()
        host_time = datetime.fromtimestamp(now, ZONE).strftime(TIME_FORMAT)
        return ledger.Asked(self.db, envelope.texts(parts[0]), now, host_time)

    def _code(self, operation: str, asked: ledger.Asked) -> str:
        if asked.fields["MerchantId"] != MERCHANT:
            return codes.UNKNOWN_MERCHANT
        if not _timely(asked.fields["TransmissionTime"]):
            return codes.BAD_TIME
        if operation != "Query" and self._spend("failing"):
            return codes.SYSTEM
        code = ledger.OPERATIONS[operation](asked)
        return codes.LATE if operation != "Query" and self._spend("late") else code

    def _spend(self, name: str) -> bool:
        """Take one from a number, if there is one to take."""
        row = one(self.db, "SELECT value FROM settings WHERE name = ? AND value > 0", name)
        if row is not None:
            self.db.execute("UPDATE settings SET value = value - 1 WHERE name = ?", (name,))
        return row is not None

    def _set(self, order: Json) -> Json:
        if not isinstance(order, dict) or not order.keys() <= set(SETTINGS):
            raise ValueError(f"Send some of {', '.join(SETTINGS)}")
        if not all(type(value) is int and value >= 0 for value in order.values()):
            raise ValueError("Send whole numbers")
        with transaction(self.db):
            for name, value in order.items():
                self.db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
        return order

    def refuse(self, status: int, message: str) -> Reply:
        return html_reply(status, f"{status} Error", message)

    def state(self) -> Json:
        tables = ("transactions", "refunds")
        # S608: the tables are ours.
        rows = {name: self.db.execute(f"SELECT * FROM {name} ORDER BY no") for name in tables}  # noqa: S608
        return {name: [dict(row) for row in found] for name, found in rows.items()}


def _timely(text: str) -> bool:
    """A local time that is now, in either of the two hours that one of autumn is."""
    try:
        said = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=ZONE)
    except ValueError:
        return False
    now = datetime.now(UTC)
    return any(abs(said.replace(fold=fold).astimezone(UTC) - now) <= AGREED for fold in (0, 1))
