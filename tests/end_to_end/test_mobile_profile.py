"""The app's profile and settings: as the ERP and the CRM have them, and changed where they are kept."""

from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.people import ANN, ANNA, Person, somebody
from tests.end_to_end.phone import Phone

SETTINGS = "/settings/notifications"
WANTED = {
    "orderNews": {"email": False, "sms": True, "push": False},
    "marketing": {"email": True, "sms": False, "push": True},
}


@pytest.fixture
def phone(platform: Deployment, anna: Person) -> Phone:
    return Phone(platform, anna.id)


async def test_a_profile_is_changed_everywhere_and_only_as_it_was_seen(
    phone: Phone, anna: Person, key: str
) -> None:
    seen = await phone.ask("GET", "/profile")
    profile = seen.json()
    wanted = {**ANN, "version": profile["version"]}

    reply = await phone.send("PUT", "/profile", key, wanted)
    again = await phone.send("PUT", "/profile", key, wanted)
    late = await phone.send("PUT", "/profile", f"{key}-late", wanted)
    same = await phone.ask("GET", "/profile", headers={"if-none-match": seen.headers["etag"]})

    assert {name: profile[name] for name in ANNA} == ANNA
    assert (reply.status_code, reply.json()["status"]) == (200, "updated"), reply.text
    anna.assert_both_are(ANN)
    assert again.content == reply.content
    assert late.json()["type"] == "urn:strata:problem:profile-changed"
    assert (same.status_code, same.json()) == (200, reply.json()["profile"])
    known = {"if-none-match": same.headers["etag"]}
    assert (await phone.ask("GET", "/profile", headers=known)).status_code == 304


async def test_a_profile_that_cannot_be_is_pointed_at(phone: Phone, key: str) -> None:
    wrong: dict[str, Any] = {"name": "", "email": "nobody", "version": "0" * 24, "blocked": False}
    reply = await phone.send("PUT", "/profile", key, wrong)

    assert reply.status_code == 422
    assert {it["pointer"] for it in reply.json()["errors"]} == {"#/name", "#/email", "#/blocked"}


async def test_settings_are_kept_by_the_crm(phone: Phone) -> None:
    first = await phone.ask("GET", SETTINGS)
    put = await phone.ask("PUT", SETTINGS, json=WANTED)
    again = await phone.ask("PUT", SETTINGS, json=WANTED)
    seen = {"if-none-match": first.headers["etag"]}

    assert first.json() != WANTED
    assert put.json() == again.json() == WANTED
    assert (await phone.ask("GET", SETTINGS, headers=seen)).json() == WANTED
    half = await phone.ask("PUT", SETTINGS, json={"orderNews": WANTED["orderNews"]})
    assert [it["pointer"] for it in half.json()["errors"]] == ["#/marketing"]


async def test_who_has_no_account_has_no_settings(platform: Deployment, backends: Backends) -> None:
    person = await somebody(platform, backends, account=False)

    reply = await Phone(platform, person.id).ask("PUT", SETTINGS, json=WANTED)

    assert (reply.status_code, reply.json()["type"]) == (404, "urn:strata:problem:missing")


@pytest.mark.parametrize("kind", ["error_500", "html", "delay"])
async def test_a_system_that_is_down_is_said_and_the_rest_goes_on(
    phone: Phone, key: str, backends: Backends, kind: str
) -> None:
    more = {"seconds": 10} if kind == "delay" else {}
    version = (await phone.get("/profile"))["version"]
    backends.fault("crm", "*", kind, times=20, **more)
    settings = await phone.ask("GET", SETTINGS)
    change = await phone.ask("PUT", SETTINGS, json=WANTED)
    assert (await phone.get("/profile"))["version"] == version
    backends.mend()
    backends.fault("erp", "*", kind, times=20, **more)
    profile = await phone.ask("GET", "/profile")
    update = await phone.send("PUT", "/profile", key, {**ANN, "version": version})

    assert (await phone.get(SETTINGS)).keys() == WANTED.keys()
    for reply in (settings, change, profile, update):
        assert reply.status_code in {502, 503, 504}, reply.text
        assert reply.headers["content-type"] == "application/problem+json"
        assert not {ANNA["name"], ANNA["email"]} & {*reply.text.split('"')}


async def test_what_is_anothers_is_missing(anna: Person, platform: Deployment) -> None:
    headers = {"authorization": f"Bearer {anna.token()}"}
    for method, path in (("GET", "profile"), ("GET", "preferences"), ("PUT", "preferences")):
        for customer, status in ((anna.id, 200), ("C-1001", 404)):
            url = f"/customers/{customer}/{path}"
            body: dict[str, Any] = {"json": WANTED} if method == "PUT" else {}
            reply = await platform.call(method, "process/customers", url, headers=headers, **body)
            assert reply.status_code == status, reply.text
