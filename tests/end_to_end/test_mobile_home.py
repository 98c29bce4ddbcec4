"""The home screen: one call, small, and honest about what is missing."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.people import ANNA, Person
from tests.end_to_end.tokens import forged


async def look(anna: Person, **headers: str) -> httpx.Response:
    token = forged(anna.platform, sub=anna.id, scope="mobile:home")
    headers = {"authorization": f"Bearer {token}", **headers}
    reply = await anna.platform.call("GET", "experience/mobile", "/home", headers=headers)
    assert reply.status_code == 200, reply.text
    return reply


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


REASONS = {
    "error_500": "failed",
    "html": "bad-answer",
    "drop_connection": "failed",
    "unauthorized": "misconfigured",
    "too_many_requests": "unavailable",
}


@pytest.mark.parametrize("kind", REASONS)
async def test_a_failing_crm_is_said_and_the_rest_is_shown(
    anna: Person, backends: Backends, kind: str
) -> None:
    backends.fault(
        "crm", "*", kind, times=20, **({"seconds": 30} if kind == "too_many_requests" else {})
    )

    home = (await look(anna)).json()

    [missing] = home.pop("degraded")
    assert home == {"name": ANNA["name"], "openOrders": [], "recent": []}
    assert (missing["part"], missing["source"]) == ("activities", "crm")
    assert missing["reason"] == REASONS[kind]


async def test_what_a_system_said_last_is_shown_with_its_age(
    anna: Person, backends: Backends
) -> None:
    fresh = (await look(anna)).json()
    backends.fault("crm", "*", "error_500", times=20)
    backends.fault("erp", "*", "error_500", times=20)
    before = datetime.now(UTC)

    home = (await look(anna)).json()

    assert datetime.fromisoformat(home.pop("asOf")) < before
    assert home == {
        **fresh,
        "degraded": [
            {"part": "profile", "source": "erp", "reason": "failed"},
            {"part": "activities", "source": "crm", "reason": "failed"},
        ],
    }
    assert home["recent"][0]["what"] == "Asked for a quote"


async def test_a_silent_crm_does_not_use_up_the_time_of_the_whole(
    anna: Person, backends: Backends
) -> None:
    backends.fault("crm", "*", "delay", times=20, seconds=10)

    reply = await look(anna, **{"x-request-timeout-ms": "2000"})

    [missing] = reply.json()["degraded"]
    assert (missing["source"], missing["reason"]) == ("crm", "no-answer")


async def test_with_the_erp_down_the_name_is_missing_and_said_to_be(
    anna: Person, backends: Backends
) -> None:
    backends.fault("erp", "GetCustomer", "error_500", times=20)

    home = (await look(anna)).json()

    assert home["degraded"] == [{"part": "profile", "source": "erp", "reason": "failed"}]
    assert "name" not in home


async def test_what_the_screen_does_not_show_is_not_asked_for(
    anna: Person, backends: Backends
) -> None:
    await look(anna)

    assert backends.calls("erp") == ["GetCustomer"]
    assert backends.calls("crm") == ["findAccounts", "listActivities"]


async def test_a_customer_nobody_knows_has_no_home(platform: Deployment) -> None:
    reply = await platform.call("GET", "experience/mobile", "/home", client="stranger")

    assert reply.status_code == 404


async def test_a_home_that_has_not_changed_is_not_sent_again(platform: Deployment) -> None:
    first = await platform.call("GET", "experience/mobile", "/home")
    seen = {"if-none-match": first.headers["etag"]}
    again = await platform.call("GET", "experience/mobile", "/home", headers=seen)
    other = await platform.call("GET", "experience/mobile", "/home", headers=seen, client="bruno")

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert first.headers["cache-control"] == "private, max-age=0"
