"""Sessions with the real Tryton."""

import asyncio
from typing import Any

import orjson

from connectors.erp.tryton import Connector, Options
from connectors.reach import Reach
from runtime.calls.http import Request
from tests.real.tryton.wire import Wire

LOGIN = "common.db.login"


async def log_out(options: dict[str, Any], wire: Wire) -> None:
    """As an operator may do at any time: the session the last call was made in."""
    message = {"id": 1, "method": "common.db.logout", "params": []}
    url = f"{options['url']}/{options['database']}/rpc/"
    headers = [(b"content-type", b"application/json"), (b"authorization", wire.authorization)]
    reply = await wire.network(Request("POST", url, headers, orjson.dumps(message)), timeout=10)
    assert reply.status == 200


async def test_calls_at_once_share_a_login_and_renew_it_once_when_it_ends(
    options: dict[str, Any], wire: Wire
) -> None:
    erp = Connector(Options(**options), Reach(wire))

    await asyncio.gather(*(erp.get_customer("C-1001") for _ in range(3)))
    assert wire.called.count(LOGIN) == 1
    await log_out(options, wire)
    found = await asyncio.gather(*(erp.get_customer("C-1001") for _ in range(3)))

    assert [customer.id for customer in found] == ["C-1001"] * 3
    assert wire.called.count(LOGIN) == 2
