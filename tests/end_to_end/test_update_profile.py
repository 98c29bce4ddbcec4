"""A profile is changed in the ERP and in the CRM, or in neither: what is refused, and what is seen of it."""

from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.people import ANN, ANNA, HOME, Person, somebody


async def test_it_reaches_both_systems_and_the_next_view(
    anna: Person, wanted: dict[str, Any], key: str
) -> None:
    reply = await anna.update(key, wanted)

    update = reply.json()
    assert reply.status_code == 200, reply.text
    assert (update["customerId"], update["status"]) == (anna.id, "updated")
    assert {name: update["profile"][name] for name in ANN} == ANN
    anna.assert_both_are(ANN)
    view = await anna.view()
    assert view["profile"]["value"] == update["profile"]
    assert view["account"]["value"] == {"segment": "gold"}
    assert (await anna.ask("GET", f"/profile-updates/{update['id']}")).json() == update


async def test_the_same_key_gives_the_same_answer_and_changes_nothing(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends
) -> None:
    first = await anna.update(key, wanted)
    backends.calm()

    again = await anna.update(key, wanted)
    other = await anna.update(key, {**wanted, "name": "Somebody Else"})

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert backends.calls() == []
    assert other.status_code == 422
    assert other.json()["type"] == "urn:strata:problem:idempotency-key-reused"


async def test_a_phone_number_that_is_left_out_is_taken_away(
    anna: Person, wanted: dict[str, Any], key: str
) -> None:
    del wanted["phone"]

    reply = await anna.update(key, wanted)

    assert "phone" not in reply.json()["profile"]
    anna.assert_both_are({"name": ANN["name"], "email": ANN["email"]})


async def test_a_change_of_what_others_have_changed_since_is_refused(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends
) -> None:
    await anna.update(key, wanted)
    backends.calm()

    lost = await anna.update(f"{key}-late", {**wanted, "name": "Written over"})

    assert lost.status_code == 409
    assert lost.json()["type"] == "urn:strata:problem:profile-changed"
    assert backends.changes() == []
    anna.assert_both_are(ANN)


async def test_without_an_account_only_the_erp_is_changed(
    platform: Deployment, backends: Backends, key: str
) -> None:
    bertil = await somebody(platform, backends, account=False)

    reply = await bertil.update(key, {**ANN, "version": await bertil.version()})

    assert reply.status_code == 200, reply.text
    assert bertil.kept() == (ANN, None)


async def test_what_could_not_be_put_back_is_not_changed(
    anna: Person, key: str, backends: Backends
) -> None:
    http = backends.http
    nil = f'<Email xmlns:x="{XSI}" x:nil="true"/>'
    saved = http.post(f"{backends.urls['erp']}/soap", content=_save(anna.id, nil), **LOGIN)
    assert saved.status_code == 200, saved.text
    backends.calm()

    reply = await anna.update(key, {**ANN, "version": await anna.version()})

    assert reply.status_code == 409
    assert reply.json()["type"] == "urn:strata:problem:not-restorable"
    assert backends.changes() == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "x" * 121}, "#/name"),
        ({"email": "nobody"}, "#/email"),
        ({"email": None}, "#/email"),
        ({"phone": "1"}, "#/phone"),
        ({"version": "latest"}, "#/version"),
        ({"segment": "gold"}, "#/segment"),
        ({"blocked": False}, "#/blocked"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_by_field(
    anna: Person,
    wanted: dict[str, Any],
    key: str,
    backends: Backends,
    changes: dict[str, Any],
    pointer: str,
) -> None:
    reply = await anna.update(key, {**wanted, **changes})

    assert reply.status_code == 422, reply.text
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert backends.calls() == []


async def test_what_a_system_does_not_accept_is_pointed_at_and_undone(
    anna: Person, wanted: dict[str, Any], key: str
) -> None:
    """The CRM takes no name of blanks; the ERP does."""
    reply = await anna.update(key, {**wanted, "name": "   "})

    assert reply.status_code == 422, reply.text
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/name"]
    anna.assert_both_are(ANNA)


async def test_only_with_a_key_and_the_right_and_for_oneself(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends, platform: Deployment
) -> None:
    own, looking = anna.token(), anna.token("customers:read")
    other = Person("C-1002", platform, backends)

    keyless = await anna.ask("PUT", "/profile", json=wanted)
    reading = await anna.update(key, wanted, authorization=f"Bearer {looking}")
    anothers = await other.update(key, wanted, authorization=f"Bearer {own}")
    address = await other.ask(
        "PUT", "/addresses/billing", json=HOME, headers={"authorization": f"Bearer {own}"}
    )

    assert keyless.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert reading.status_code == 403
    assert "customers:write" in reading.json()["detail"]
    assert (anothers.status_code, address.status_code) == (404, 404)
    assert backends.calls() == []
    done = await anna.update(key, wanted, authorization=f"Bearer {own}")
    assert done.status_code == 200, done.text
    update = f"/profile-updates/{done.json()['id']}"
    assert (await other.ask("GET", update)).status_code == 404


async def test_nobody_has_no_profile_to_update(
    platform: Deployment, backends: Backends, key: str
) -> None:
    nobody = Person("C-4040", platform, backends)

    reply = await nobody.update(key, {**ANN, "version": "0" * 24})

    assert reply.status_code == 404
    assert backends.changes() == []


async def test_an_address_reaches_the_erp_and_the_next_view(
    anna: Person, backends: Backends
) -> None:
    moved = {**HOME, "street": "Storgata 2"}
    assert (await anna.view())["addresses"]["value"][0]["address"] == HOME

    put = await anna.ask("PUT", "/addresses/billing", json=moved)
    wrong = await anna.ask("PUT", "/addresses/billing", json={**moved, "country": "Norway"})
    holiday = await anna.ask("PUT", "/addresses/holiday", json=moved)
    backends.fault("erp", "ListAddresses", "unauthorized")
    unknown = await anna.view(params={"part": "addresses"})
    view = await anna.view(params={"part": "addresses"})

    assert (put.status_code, put.json()) == (200, {"kind": "billing", "address": moved})
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["#/country"]
    assert holiday.json()["errors"][0]["parameter"] == "kind"
    assert "addresses" not in unknown  # what was there before is not shown any more
    assert view["addresses"]["value"] == [{"kind": "billing", "address": moved}]


async def test_the_profile_from_before_an_update_stands_in_for_nothing(
    anna: Person, wanted: dict[str, Any], key: str, backends: Backends
) -> None:
    await anna.update(key, wanted)
    backends.fault("erp", "GetCustomer", "unauthorized")

    view = await anna.view(params={"part": "profile"})

    assert view["degraded"] == [{"part": "profile", "source": "erp", "reason": "misconfigured"}]
    assert "profile" not in view


async def test_what_is_in_a_profile_is_in_no_log(
    anna: Person, wanted: dict[str, Any], key: str, platform: Deployment
) -> None:
    private = {**wanted, "name": "Private Name", "email": "private@example.com"}
    await anna.update(key, private)

    logs = platform.logs()

    assert "profile_update_accepted" in logs
    assert "Private Name" not in logs
    assert "private@example.com" not in logs


XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOGIN: dict[str, Any] = {"auth": ("strata", "sandbox"), "headers": {"content-type": "text/xml"}}


def _save(customer_id: str, field: str) -> bytes:
    """As somebody at the ERP itself would."""
    envelope = "http://schemas.xmlsoap.org/soap/envelope/"
    return (
        f'<e:Envelope xmlns:e="{envelope}"><e:Body><SaveCustomer xmlns="urn:sandbox-erp:sales:v1">'
        f"<CustNo>{customer_id}</CustNo><Name1>Anna Berg</Name1>{field}"
        "</SaveCustomer></e:Body></e:Envelope>"
    ).encode()
