"""Our one id of a customer, by what a system itself calls it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.process.customers.v1 import IdInSystem, KnownCustomer
from runtime.context import current
from runtime.problems import Missing

erp, crm = ErpClient(), CrmClient()

System = Literal["erp", "crm"]


async def known_customer(system: System, external_id: str) -> KnownCustomer:
    """Raises Missing when it calls nobody so, or nobody for whom the caller may act."""
    nobody = Missing(f"there is no customer whom the {system} calls {external_id}")
    try:
        customer_id = await ASK[system](external_id)
    except Missing as missing:
        raise nobody from missing
    if not current().identity.may_act_for(customer_id):
        raise nobody
    return KnownCustomer(
        customer_id=customer_id, external_id=IdInSystem(system=system, id=external_id)
    )


async def _by_erp(external_id: str) -> str:
    return (await erp.get_customer_by_external_id(external_id)).id


async def _by_crm(external_id: str) -> str:
    return (await crm.get_account_by_external_id(external_id)).customer_id


ASK: Mapping[System, Callable[[str], Awaitable[str]]] = {"erp": _by_erp, "crm": _by_crm}
