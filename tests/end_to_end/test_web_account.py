"""A customer's own account on the web: what is known, how old it is, and changing it."""

from typing import Any

import httpx

from tests.end_to_end.backends import Backends
from tests.end_to_end.people import ANN, ANNA, HOME, Person
from tests.end_to_end.tokens import forged
from tests.end_to_end.web import SHORT, slow, until, web

CABIN = {"street": "Fjordveien 9", "city": "Bergen", "postalCode": "5003", "country": "NO"}


def as_herself(anna: Person, **headers: str) -> dict[str, str]:
    token = forged(anna.platform, sub=anna.id, scope="web:account")
    return {"authorization": f"Bearer {token}", **headers}


async def ask(anna: Person, method: str, path: str, **options: Any) -> httpx.Response:
    headers = as_herself(anna, **options.pop("headers", {}))
    return await web(anna.platform, method, path, headers=headers, **options)


async def test_each_part_says_where_it_is_from_and_how_old_it_is(
    anna: Person, backends: Backends
) -> None:
    fresh = (await ask(anna, "GET", "/account")).json()
    asked = (backends.calls("erp"), backends.calls("crm"))
    backends.fault("crm", "*", "error_500", times=40)
    old = (await ask(anna, "GET", "/account")).json()
    backends.fault("erp", "*", "too_many_requests", times=40, seconds=30)
    nothing = (await ask(anna, "GET", "/account/addresses")).json()

    assert asked == (["GetCustomer"], ["findAccounts"])
    assert fresh["customerId"] == anna.id
    profile, account = fresh["profile"], fresh["account"]
    assert {n: profile["value"][n] for n in ANNA} == ANNA
    assert (account["value"], account["source"], account["stale"]) == (
        {"segment": "gold"},
        "crm",
        False,
    )
    assert fresh["degraded"] == []
    assert (old["account"]["asOf"], old["account"]["stale"]) == (account["asOf"], True)
    [missing] = old["degraded"]
    assert missing == {
        "part": "account",
        "source": "crm",
        "reason": "failed",
        "lastAnswerAt": account["asOf"],
    }
    assert nothing == {
        "degraded": [
            {"part": "addresses", "source": "erp", "reason": "unavailable", "retryAfter": 30}
        ]
    }


async def test_a_change_is_made_everywhere_and_its_update_can_be_looked_at(
    anna: Person, backends: Backends, key: str, wanted: dict[str, Any]
) -> None:
    slow(backends, ("erp", "*"), ("crm", "*"))
    sent: dict[str, Any] = {"json": wanted, "headers": {"idempotency-key": key, **SHORT}}

    reply = await ask(anna, "PUT", "/account", **sent)
    update = reply.json()

    assert (reply.status_code, update["status"]) == (202, "updating"), reply.text
    assert reply.headers["location"] == update["links"]["self"]
    done = await until(
        anna.platform,
        update["links"]["self"],
        lambda it: it["status"] != "updating",
        headers=as_herself(anna),
    )
    assert (done["status"], done["profile"]["name"]) == ("updated", ANN["name"])
    anna.assert_both_are(ANN)
    again = await ask(anna, "PUT", "/account", **sent)
    assert (again.status_code, again.json()) == (200, done)
    late = await ask(
        anna, "PUT", "/account", json=wanted, headers={"idempotency-key": f"{key}-late"}
    )
    assert (late.status_code, late.json()["type"]) == (409, "urn:strata:problem:profile-changed")
    assert "/process/" not in late.json().get("instance", "")
    stranger = await web(anna.platform, "GET", update["links"]["self"], client="ada")
    assert stranger.status_code in {403, 404}


async def test_an_address_is_set_and_a_wrong_one_pointed_at(anna: Person) -> None:
    reply = await ask(anna, "PUT", "/account/addresses/delivery", json=CABIN)
    wrong = await ask(anna, "PUT", "/account/addresses/delivery", json={**CABIN, "country": "NOR"})
    shown = (await ask(anna, "GET", "/account/addresses")).json()

    assert (reply.status_code, reply.json()) == (200, {"kind": "delivery", "address": CABIN})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/country")
    kept = {it["kind"]: it["address"] for it in shown["addresses"]["value"]}
    assert kept == {"billing": HOME, "delivery": CABIN}
