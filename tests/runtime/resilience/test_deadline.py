"""One deadline for three layers: each hop has a little less, and the caller is answered in time."""

import asyncio
import time

from runtime.access.issuer import DevelopmentIssuer
from runtime.access.keys import private_key
from runtime.calls.http import Reply, Request, Silent
from runtime.context import HOP_MARGIN
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.served import ELSEWHERE, at

APIS = ["experience/mobile", "process/customers", "process/orders", "system/crm", "system/erp"]
SHARE = 0.7
"""Of its time that process/customers gives to one system."""


async def test_a_silent_backend_has_what_is_left_after_every_hop(settings: Settings) -> None:
    given: list[float] = []

    async def silent(_request: Request, /, *, timeout: float) -> Reply:
        given.append(timeout)
        await asyncio.sleep(timeout)
        raise Silent

    ada = settings.security.development_clients["ada"]
    issuer = DevelopmentIssuer(settings, private_key(settings, "development"))
    alone = settings.model_copy(update={"peers": ELSEWHERE})
    token = issuer.issue("ada", ada, ada.scopes)
    async with Platform(APIS, alone, silent) as platform, at(platform, token) as client:
        started = time.perf_counter()
        answer = await client.get(
            "/experience/mobile/v1/home", headers={"x-request-timeout-ms": "1000"}
        )
        elapsed = time.perf_counter() - started

    assert (answer.status_code, elapsed < 1) == (200, True)
    assert len(given) == 2  # ERP and CRM, once each: only connectors try again, and no time is left
    # To the Process API, its share of that, to the System API, to the backend.
    most = (1 - HOP_MARGIN) * SHARE - 2 * HOP_MARGIN
    assert all(most - 0.2 < seconds <= most for seconds in given)
