"""What is sold, in which unit, at which list price; all in the currency of the company."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Row, View, number
from contracts.models.canonical import Money
from contracts.models.system.erp.v1 import ProductPrice
from contracts.money import decimals, rounded
from runtime.problems import Missing, Rejected


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    sku: str
    unit: int


@dataclass(frozen=True, slots=True)
class Sold:
    product: Product
    name: str
    price: Decimal
    """Without tax."""
    tax_rate: Decimal
    """A share of that."""


def _sold(row: Row) -> Sold:
    product = Product(row["id"], row["code"], row["default_uom"])
    return Sold(product, row["name"], number(row["list_price_used"]), _tax_rate(row))


def _tax_rate(row: Row) -> Decimal:
    """Quirk 13. All that is added in percent; what is added per piece has no rate."""
    category = row["account_category."] or {"customer_taxes_used.": []}
    percents = [tax for tax in category["customer_taxes_used."] if tax["type"] == "percentage"]
    return sum((number(tax["rate"]) for tax in percents), Decimal(0))


TAXES = "account_category.customer_taxes_used"
SOLD = View(
    "product.product",
    ("code", "name", "default_uom", "list_price_used", f"{TAXES}.type", f"{TAXES}.rate"),
    _sold,
)
COMPANIES = View("company.company", ("currency.code",), lambda row: str(row["currency."]["code"]))


class Catalogue:
    def __init__(self, tryton: Session) -> None:
        self._tryton = tryton
        self._currency = ""

    async def price(self, sku: str, currency: str) -> ProductPrice:
        found = await self._find([sku])
        if not found:
            raise Missing("the ERP sells no such product")
        await self.check(currency)
        return self._tryton.read(partial(product_price, currency), found[0])

    async def products(self, skus: Iterable[str]) -> dict[str, Product]:
        """Those that are sold; of several with one code the oldest."""
        found = await self._find(sorted(set(skus)))
        return {sold.product.sku: sold.product for sold in reversed(found)}

    async def check(self, currency: str) -> None:
        """Rejected for any currency but the company's."""
        if currency != (ours := await self.currency()):
            raise Rejected(f"the ERP sells in {ours}", kind="wrong-currency")

    async def currency(self) -> str:
        """The company's."""
        if not self._currency:
            self._currency = await self._tryton.one(
                COMPANIES, [["id", "=", await self._tryton.company()]]
            )
        return self._currency

    async def _find(self, skus: Sequence[str]) -> list[Sold]:
        return await self._tryton.find(SOLD, [["code", "in", skus], ["salable", "=", True]])


def product_price(currency: str, sold: Sold) -> ProductPrice:
    price = unit_price(sold.price, currency)
    if sold.tax_rate:
        price = rounded(sold.price * (1 + sold.tax_rate), currency)
    rate = f"{(sold.tax_rate * 100).normalize():f}"
    return ProductPrice(sku=sold.product.sku, name=sold.name, price=price, tax_rate=rate)


def unit_price(amount: Decimal, currency: str) -> Money:
    """It may be finer than the currency is, and is shown no finer than it is."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(decimals(currency), -int(exponent))
    return Money(amount=f"{amount:.{places}f}", currency=currency)
