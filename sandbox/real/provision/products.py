"""The seed's products: SKU as code, price without tax, counted stock."""

from typing import Any

from sandbox.real.provision.company import Company
from sandbox.real.rpc import Tryton, decimal


def create_products(tryton: Tryton, company: Company, seed: list[dict[str, Any]]) -> None:
    unit = tryton.find("product.uom", ["name", "=", "Unit"])
    category = _category(tryton, company)
    templates = (_template(product, unit, category) for product in seed)
    tryton.create("product.template", *templates)
    _count_stock(tryton, company.id, {p["sku"]: p["stock"] for p in seed if p["stock"]})


def _category(tryton: Tryton, company: Company) -> int:
    """No customer tax: an order's total in Tryton is then the sum of our own prices."""
    accounts = {"account_revenue": company.revenue, "account_expense": company.expense}
    record = {"name": "Goods", "accounting": True, **accounts}
    return tryton.create("product.category", record)[0]


def _template(product: dict[str, Any], unit: int, category: int) -> dict[str, Any]:
    # A product's code is its template's code and its own suffix; the template has none here.
    variant = {"suffix_code": product["sku"], "cost_price": decimal("0")}
    return {
        "name": product["name"],
        "type": "goods",
        "salable": True,
        "default_uom": unit,
        "sale_uom": unit,
        "list_price": decimal(product["price"]),
        "account_category": category,
        "products": [["create", [variant]]],
    }


def _count_stock(tryton: Tryton, company: int, stock: dict[str, int]) -> None:
    """One inventory of the storage zone, as after a first stock-taking."""
    rows = tryton.read("product.product", [["code", "in", list(stock)]], ["code"])
    lines = [{"product": row["id"], "quantity": float(stock[row["code"]])} for row in rows]
    inventory = tryton.create(
        "stock.inventory",
        {
            "location": tryton.find("stock.location", ["code", "=", "STO"]),
            "date": tryton.call("model.ir.date.today"),
            "company": company,
            "empty_quantity": "keep",
            "lines": [["create", lines]],
        },
    )
    tryton.call("model.stock.inventory.confirm", inventory)
