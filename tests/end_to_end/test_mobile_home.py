"""The home screen: one call, small, and honest about what is missing."""

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment


async def test_it_shows_who_what_is_on_its_way_and_what_happened(
    platform: Deployment, key: str
) -> None:
    order_id = (await platform.checkout(key, {"LAMP-LED-A1": 1})).json()["id"]

    reply = await platform.call("GET", "experience/mobile", "/home")

    home = reply.json()
    assert reply.status_code == 200, reply.text
    assert home["name"] == "Ada Lindqvist"
    assert home["openOrders"][0]["id"] == order_id
    assert home["recent"][0]["what"] == "Asked about delivery times for desks"
    assert home["degraded"] == []
    assert len(reply.content) <= 2048


@pytest.mark.parametrize(
    "kind", ["error_500", "html", "drop_connection", "unauthorized", "too_many_requests"]
)
async def test_a_failing_crm_is_said_and_the_rest_is_shown(
    platform: Deployment, backends: Backends, kind: str
) -> None:
    backends.fault(
        "crm", "*", kind, times=20, **({"seconds": 30} if kind == "too_many_requests" else {})
    )

    reply = await platform.call("GET", "experience/mobile", "/home")

    home = reply.json()
    assert reply.status_code == 200, reply.text
    assert home["degraded"] == ["crm"]
    assert home["name"] == "Ada Lindqvist"
    assert home["recent"] == []


async def test_a_silent_crm_does_not_use_up_the_time_of_the_whole(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("crm", "*", "delay", times=20, seconds=10)

    reply = await platform.call(
        "GET", "experience/mobile", "/home", headers={"x-request-timeout-ms": "2000"}
    )

    assert reply.status_code == 200, reply.text
    assert reply.json()["degraded"] == ["crm"]


async def test_with_the_erp_down_the_name_is_missing_and_said_to_be(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("erp", "GetCustomer", "error_500", times=20)

    reply = await platform.call("GET", "experience/mobile", "/home")

    assert reply.status_code == 200
    assert reply.json()["degraded"] == ["erp"]
    assert "name" not in reply.json()


async def test_a_customer_nobody_knows_has_no_home(platform: Deployment) -> None:
    reply = await platform.call("GET", "experience/mobile", "/home", client="stranger")

    assert reply.status_code == 404
