"""Which backends the sandbox simulates, each with the port it usually has."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import (
    compliance,
    crm,
    erp,
    inventory,
    mail,
    nightly,
    payment_gateway,
    payments,
    salesforce,
)
from sandbox.ground import Ground, Service
from sandbox.http_service import Vendor, over_http


@dataclass(frozen=True, slots=True)
class Simulated:
    port: int
    open: Callable[[str, Ground], Service]
    """Given its own name."""


SERVICES = {
    "erp": Simulated(9101, over_http(Vendor(erp.Erp, erp.SCHEMA, erp.fill))),
    "crm": Simulated(9102, over_http(Vendor(crm.Crm, crm.SCHEMA, crm.fill))),
    "inventory": Simulated(
        9103, over_http(Vendor(inventory.Inventory, inventory.SCHEMA, inventory.fill))
    ),
    "payments": Simulated(
        9104, over_http(Vendor(payments.Payments, payments.SCHEMA, payments.fill))
    ),
    "compliance": Simulated(
        9105, over_http(Vendor(compliance.Compliance, compliance.SCHEMA, compliance.fill))
    ),
    "mail": Simulated(9106, mail.open_inbox),
    "smtp": Simulated(9107, mail.open_smtp),
    "salesforce": Simulated(
        9108, over_http(Vendor(salesforce.Salesforce, salesforce.SCHEMA, salesforce.fill))
    ),
    "payment_gateway": Simulated(
        9109,
        over_http(Vendor(payment_gateway.Gateway, payment_gateway.SCHEMA, payment_gateway.fill)),
    ),
    "nightly": Simulated(9110, nightly.NightlyService),
}
