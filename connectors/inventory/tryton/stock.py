"""Where goods lie, and how much of them can be promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Domain, Row, View, day, on_day
from runtime.clock import Clock
from runtime.problems import Misconfigured

DAY_KEPT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Article:
    id: int
    sku: str
    unit: int
    available: int


@dataclass(frozen=True, slots=True)
class Site:
    """A warehouse of Tryton's: its id, and the zones that goods come by, are taken from and leave by."""

    id: int
    input: int
    storage: int
    output: int


@dataclass(frozen=True, slots=True)
class Company:
    party: int
    address: int
    currency: int


@dataclass(frozen=True, slots=True)
class Warehouse:
    site: Site
    customers: int
    company: Company


def _article(row: Row) -> Article:
    # An oversold product stands below zero: nothing to promise, and no reason to fail.
    available = max(0, int(row["quantity"] or 0))
    return Article(row["id"], row["code"], row["default_uom"], available)


def _company(row: Row) -> Company:
    party = row["party."]
    if not party["addresses"]:
        raise Misconfigured("the company has no address in Tryton, and reservations need one")
    return Company(party["id"], party["addresses"][0], row["currency"])


ARTICLES = View("product.product", ("code", "default_uom", "quantity"), _article)
SITES = View(
    "stock.location",
    ("input_location", "storage_location", "output_location"),
    lambda row: Site(
        row["id"], row["input_location"], row["storage_location"], row["output_location"]
    ),
)
PLACES = View("stock.location", ("code",), lambda row: int(row["id"]))
COMPANIES = View("company.company", ("party.addresses", "currency"), _company)


class Stock:
    """`warehouse` is the code of the one to use; without, the oldest."""

    def __init__(self, tryton: Session, warehouse: str | None, clock: Clock) -> None:
        self._tryton = tryton
        self._which: Domain = [["code", "=", warehouse]] if warehouse else []
        self._clock = clock
        self._warehouse: Warehouse | None = None
        self._today = date.min
        self._asked = datetime.min.replace(tzinfo=UTC)

    async def articles(self, skus: Iterable[str]) -> dict[str, Article]:
        """Those there are, with what can be promised; of several with one code the oldest."""
        context = {
            "locations": [(await self.warehouse()).site.storage],
            "stock_assign": True,
            "stock_date_end": on_day(await self._day()),
        }
        domain = [["code", "in", sorted(set(skus))], ["type", "!=", "service"]]
        found = await self._tryton.find(ARTICLES, domain, context)
        return {article.sku: article for article in reversed(found)}

    async def warehouse(self) -> Warehouse:
        if self._warehouse is None:
            ours = [["id", "=", await self._tryton.company()]]
            self._warehouse = Warehouse(
                await self._tryton.one(SITES, [["type", "=", "warehouse"], *self._which]),
                await self._tryton.one(PLACES, [["type", "=", "customer"]]),
                await self._tryton.one(COMPANIES, ours),
            )
        return self._warehouse

    async def _day(self) -> date:
        """By the server's calendar; for a minute after midnight maybe the day before (quirk 6)."""
        now = self._clock()
        if now - self._asked >= DAY_KEPT:
            self._today = await self._tryton.ask("model.ir.date.today", day)
            self._asked = now
        return self._today
