"""The meters of a process: one for each of its APIs whose contract says `x-metered`."""

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack

from runtime.clock import clock
from runtime.contracts.contract import Contract, contract_names
from runtime.documents.opening import open_documents
from runtime.metering.meter import Meter
from runtime.settings import Quotas, Settings, SettingsError

COLLECTION = "usage"


def meters(contracts: Iterable[Contract], settings: Settings) -> dict[str, Meter]:
    """By API. Raises SettingsError for quotas of an API that is not metered, served here or not."""
    _check(settings)
    metered = {contract.api for contract in contracts if contract.metered}
    now = clock(settings)
    return {api: Meter(api, settings.quotas.get(api, Quotas()), now) for api in sorted(metered)}


async def open_meters(
    found: Mapping[str, Meter], settings: Settings, stack: AsyncExitStack
) -> None:
    """Raises SettingsError where there is nothing to write counts to."""
    if found:
        documents = await stack.enter_async_context(open_documents(COLLECTION, settings))
        for meter in found.values():
            meter.documents = documents
            stack.push_async_callback(meter.aclose)


def _check(settings: Settings) -> None:
    if not settings.quotas:
        return
    metered = {c.api for c in map(Contract.load, contract_names()) if c.metered}
    unknown = sorted(settings.quotas.keys() - metered)
    if unknown:
        raise SettingsError([f"quotas.{api}: no such API, or it is not metered" for api in unknown])
