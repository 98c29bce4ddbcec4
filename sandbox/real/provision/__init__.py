"""What turns an empty Tryton into the shop of seed.yaml, over JSON-RPC only."""

from pathlib import Path

from sandbox.real.provision.access import create_integration_user
from sandbox.real.provision.company import create_company
from sandbox.real.provision.countries import create_countries
from sandbox.real.provision.customers import create_customers
from sandbox.real.provision.products import create_products
from sandbox.real.rpc import Tryton
from sandbox.seed import Seed


def provision(tryton: Tryton, environment: Path, seed: Seed, user: str, password: str) -> None:
    """`tryton` is logged in as the administrator; `user` is who the connectors will be."""
    company = create_company(tryton, seed.currency)
    create_products(tryton, company, seed.products)
    countries = create_countries(tryton, environment)
    create_customers(tryton, countries, seed.customers)
    create_integration_user(tryton, company.id, user, password)
