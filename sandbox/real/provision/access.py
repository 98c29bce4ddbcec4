"""The user our connectors log in as: what selling and reserving need, no administrator."""

from sandbox.real.rpc import Tryton

GROUPS = ("sale.group_sale", "stock.group_stock", "party.group_party_admin")


def create_integration_user(tryton: Tryton, company: int, name: str, password: str) -> None:
    groups = [tryton.call("model.ir.model.data.get_id", group) for group in GROUPS]
    tryton.create(
        "res.user",
        {
            "name": "Strata integration",
            "login": name,
            "password": password,
            "groups": [["add", groups]],
            "companies": [["add", [company]]],
            "company": company,
        },
    )
