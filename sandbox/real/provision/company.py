"""The company and the accounts that Tryton wants before it sells anything.

Payment terms it brings along itself; "Upon Receipt" is the one for orders paid by card.
"""

import datetime
from dataclasses import dataclass

from sandbox.real.rpc import Tryton, date, decimal

NAME = "Strata Demo"
CURRENCY = {"EUR": ("Euro", "€")}


@dataclass(frozen=True)
class Company:
    id: int
    revenue: int
    expense: int


def create_company(tryton: Tryton, currency: str) -> Company:
    # The administrator flag alone does not open menus and models: the groups do.
    groups = tryton.call("model.res.group.search", [], 0, None, None)
    # Its address is where reservations "go": a shipment wants a customer and an address.
    address = {"invoice": True, "delivery": True}
    party = tryton.create("party.party", {"name": NAME, "addresses": [["create", [address]]]})[0]
    company = tryton.create(
        "company.company", {"party": party, "currency": _currency(tryton, currency)}
    )[0]
    tryton.call(
        "model.res.user.write",
        [tryton.user],
        {"groups": [["add", groups]], "companies": [["add", [company]]], "company": company},
    )
    tryton.refresh_context()
    accounts = _chart(tryton, company)
    _fiscal_year(tryton, company)
    return accounts


def _currency(tryton: Tryton, code: str) -> int:
    name, symbol = CURRENCY[code]
    rate = {"rate": decimal("1"), "date": date(datetime.date(2000, 1, 1))}
    return tryton.create(
        "currency.currency",
        {
            "name": name,
            "symbol": symbol,
            "code": code,
            "rounding": decimal("0.01"),
            "digits": 2,
            "rates": [["create", [rate]]],
        },
    )[0]


def _chart(tryton: Tryton, company: int) -> Company:
    """The universal chart of accounts, by the wizard a person would use."""
    template = tryton.call("model.ir.model.data.get_id", "account.account_template_root_en")
    wizard = tryton.call("wizard.account.create_chart.create")[0]
    data = {"account": {"company": company, "account_template": template}}
    tryton.call("wizard.account.create_chart.execute", wizard, data, "create_account")
    kinds = ("receivable", "payable", "revenue", "expense")
    receivable, payable, revenue, expense = (_account(tryton, company, kind) for kind in kinds)
    data["properties"] = {
        "company": company,
        "account_receivable": receivable,
        "account_payable": payable,
        "category_account_revenue": revenue,
        "category_account_expense": expense,
    }
    tryton.call("wizard.account.create_chart.execute", wizard, data, "create_properties")
    tryton.call("wizard.account.create_chart.delete", wizard)
    return Company(company, revenue, expense)


def _account(tryton: Tryton, company: int, kind: str) -> int:
    clauses = [f"type.{kind}", "=", True], ["company", "=", company], ["closed", "!=", True]
    return tryton.find("account.account", *clauses)


def _fiscal_year(tryton: Tryton, company: int) -> None:
    """The current year: the cached template is keyed by it."""
    year: int = tryton.call("model.ir.date.today")["year"]
    moves, invoices = (_sequence(tryton, company, name) for name in ("Account Move", "Invoice"))
    kinds = ("out_invoice", "in_invoice", "out_credit_note", "in_credit_note")
    sequences = {f"{kind}_sequence": invoices for kind in kinds} | {"company": company}
    fiscal_year = tryton.create(
        "account.fiscalyear",
        {
            "name": str(year),
            "start_date": date(datetime.date(year, 1, 1)),
            "end_date": date(datetime.date(year, 12, 31)),
            "company": company,
            "move_sequence": moves,
            "invoice_sequences": [["create", [sequences]]],
        },
    )
    tryton.call("model.account.fiscalyear.create_period", fiscal_year)


def _sequence(tryton: Tryton, company: int, kind: str) -> int:
    type_ = tryton.find("ir.sequence.type", ["name", "=", kind])
    record = {"name": kind, "sequence_type": type_, "company": company}
    return tryton.create("ir.sequence.strict", record)[0]
