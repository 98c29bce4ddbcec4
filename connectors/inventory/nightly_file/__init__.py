"""A warehouse that writes a stock file at night and reads order files, and does nothing else for us.

So the reservations are ours: they live in a book in the data directory (SQLite, one process; losing
it loses them). What can be promised is the last file, less what is held, less what was committed
and no file has taken into account yet.

Quirks, each with *why this matters*:

1. A file is 80-byte records of EBCDIC without line ends, and nothing but its trailer says that it is
   whole. *Why this matters:* the count and sum of the trailer are checked before anything counts;
   a file that does not fit is put into `failed/`, and the stock stays last night's.
2. Quantities are zoned decimals: three places that are not written, the sign punched over the last
   digit. *Why this matters:* `00000001250{` is 12.5; read as anything else, we sell what is not there.
3. Some things are told in metres or kilograms. *Why this matters:* only whole pieces are promised,
   and what is not told in pieces is unknown to us. A blocked article is known, and there is none.
4. Order numbers have 16 letters or digits, in capitals. *Why this matters:* a reservation's number
   is made from its id, the same each time; the warehouse counts a number once, so that a file that
   was written twice, as after a crash, allocates once.
5. The file says which order files it has taken into account, for seven nights. *Why this matters:* no
   clock tells: an order written at midnight may be in tonight's file or not. A commit is taken off
   until it is confirmed, a cancelled one is added until that is. More than a week without a
   file needs an operator.
6. When its export fails, the warehouse sends a file without articles, with a fitting trailer. *Why
   this matters:* we would not know a single product; such a file is failed.
7. An order may be refused at night, as the shelf was emptier than the book. *Why this matters:* a
   commit has been answered long before; all we can do is say so in the log (`order_refused`).
8. Goods that left cannot be called back. *Why this matters:* a release is refused (`shipped`) once a
   file has said so; before that it is accepted, and the night may show that it came too late.
9. It reads orders, and of goods that come in it reads nothing: its people count them, and the next
   file has them. *Why this matters:* to add them to the book as well would promise them twice, so
   goods-in is refused (`not-supported`), and no return begins.
10. Times are the warehouse's wall clock. *Why this matters:* a file that is too old is not answered
   from (`max_age_hours`), as it has missed a night; that needs its time zone.
"""

from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import structlog
from pydantic import Field, field_validator

from connectors.inventory import Inventory
from connectors.inventory.nightly_file import book, refusals
from connectors.inventory.nightly_file.holds import Hold
from connectors.inventory.nightly_file.layouts import STOCK
from connectors.inventory.nightly_file.nights import Nights
from connectors.inventory.nightly_file.orders import Orders
from connectors.inventory.nightly_file.schema import SCHEMA
from connectors.inventory.nightly_file.stock import Stock
from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.inbox import Inbox
from connectors.protocols.files.ledger import Ledger
from connectors.protocols.files.options import FileOptions
from connectors.protocols.files.pickup import PickUp
from connectors.reach import Reach
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory import v1
from runtime.problems import Missing, Unavailable
from runtime.settings import SettingsError
from runtime.sqlite.lock import FileInUse

log = structlog.get_logger()

FOLDER = "^[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*$"
PATIENCE = 2.0
"""Seconds a call waits for a look at the folder, where there is stock to answer from."""


class Options(FileOptions):
    stock_folder: str = Field(default="stock", pattern=FOLDER)
    orders_folder: str = Field(default="orders", pattern=FOLDER)
    pattern: str = "STOCK*.DAT"
    time_zone: str = "UTC"
    """Of the warehouse's wall clock: `Europe/Stockholm`."""
    unit: str = Field(default="EA", pattern="^[A-Z0-9]{1,3}$")
    """What the file calls a piece."""
    check_every_seconds: float = Field(default=60, gt=0, le=3600)
    """How often the folder is looked at, at most; a call notices that it is time."""
    max_age_hours: float = Field(default=30, gt=0)
    """How old a file may be: a day, and some hours for a night that takes longer."""
    when_too_old: Literal["refuse", "answer"] = "refuse"
    """`answer` promises from the old file, with a warning in the log."""
    max_bad_share: float = Field(default=0, ge=0, lt=1)
    """Of the articles; one that cannot be read is unknown until the next night."""

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("not a time zone of the IANA database")
        return zone


class Connector(Inventory):
    """Raises SettingsError where another process has the book open."""

    def __init__(self, options: Options, reach: Reach) -> None:
        home, zone = reach.data_dir / "inventory-nightly-file", ZoneInfo(options.time_zone)
        try:
            self._ledger = Ledger(home / "book.sqlite", SCHEMA)
        except FileInUse as error:
            raise SettingsError([f"data_dir: {error}"]) from error
        self._options = options
        self._clock = reach.clock
        self._files = FileBackend("inventory", options, reach)
        self._stock = Stock(self._ledger, zone, options.unit)
        self._orders = Orders(self._files, self._ledger, options.orders_folder, zone)
        inbox = Inbox(
            STOCK, options.pattern, options.stock_folder, max_bad_share=options.max_bad_share
        )
        self._pick_up = PickUp(self._files, self._ledger, inbox, home, clock=reach.clock)
        self._nights = Nights(self._look, options.check_every_seconds)

    async def list_stock(self, skus: list[str]) -> v1.StockList:
        await self._be_current()
        asked = dict.fromkeys(skus)
        known = book.available(self._ledger.rows, asked, self._clock())
        return v1.StockList(
            items=[v1.Stock(sku=sku, available=known[sku]) for sku in asked if sku in known],
            unknown=[sku for sku in asked if sku not in known],
        )

    async def put_reservation(
        self, reservation_id: str, lines: list[OrderLine], expires_in: int
    ) -> v1.Reservation:
        found = book.find(self._ledger.rows, reservation_id)
        if found is None or not book.standing(found, lines, self._clock()):
            await self._be_current()
        now = self._clock()
        until = (now + timedelta(seconds=expires_in)).timestamp()
        return self._told(
            await self._ledger.write(lambda c: book.put(c, reservation_id, lines, until, now))
        )

    async def get_reservation(self, reservation_id: str) -> v1.Reservation:
        found = book.find(self._ledger.rows, reservation_id)
        if found is None:
            raise Missing("there is no such reservation")
        return self._told(found)

    async def release_reservation(self, reservation_id: str) -> None:
        now = self._clock()
        await self._ledger.write(lambda c: book.release(c, reservation_id, now))
        await self._orders.send(reservation_id)

    async def commit_reservation(self, reservation_id: str) -> v1.Reservation:
        now = self._clock()
        hold = await self._ledger.write(lambda c: book.commit(c, reservation_id, now))
        await self._orders.send(reservation_id)
        return self._told(hold)

    async def put_receipt(
        self,
        receipt_id: str,  # noqa: ARG002 - the port's
        lines: list[OrderLine],  # noqa: ARG002 - the port's
    ) -> v1.Receipt:
        raise refusals.untold()

    async def get_receipt(self, receipt_id: str) -> v1.Receipt:  # noqa: ARG002 - the port's
        raise refusals.untold()

    async def aclose(self) -> None:
        await self._nights.aclose()
        await self._files.aclose()
        await self._ledger.aclose()

    def _told(self, hold: Hold) -> v1.Reservation:
        return hold.reservation(self._clock())

    async def _look(self) -> None:
        await self._orders.send_all()
        await self._pick_up.take(self._stock.take_in)
        if self._is_too_old() and self._options.when_too_old == "answer":
            log.warning("stock_too_old", made_at=str(self._stock.made_at()))

    async def _be_current(self) -> None:
        """Unavailable where there is no stock that may be answered from."""
        fit = not self._is_too_old()
        await self._nights.look(PATIENCE if fit else self._options.timeout_seconds)
        if not self._is_too_old():
            return
        made_at = self._stock.made_at()
        if made_at is not None and self._options.when_too_old == "answer":
            return
        raise self._nights.trouble or Unavailable(
            "the warehouse has sent no stock file"
            + (f" since {made_at:%Y-%m-%dT%H:%M:%SZ}" if made_at else ""),
            kind="stale-stock",
            title="The stock is too old to promise from",
            retry_after=int(self._options.check_every_seconds) + 1,
        )

    def _is_too_old(self) -> bool:
        age = self._stock.age(self._clock())
        return age is None or age > timedelta(hours=self._options.max_age_hours)
