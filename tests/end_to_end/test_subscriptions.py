"""A partner says where it wants to be told; its secrets are shown once, and nobody sees another's."""

import re
from typing import Any

import httpx
from lxml import etree

from runtime.access.signed import key_of
from tests.end_to_end.deployment import Deployment

WANTED = {
    "url": "https://partner.example/hooks?tenant=7",
    "eventTypes": ["order.placed", "order.shipped"],
    "description": "our ERP",
}
XML = {"content-type": "application/xml", "accept": "application/xml"}


async def ask(
    platform: Deployment, method: str, path: str = "", client: str = "partner-north", **options: Any
) -> httpx.Response:
    return await platform.call(
        method, "experience/partner", f"/subscriptions{path}", client=client, **options
    )


async def create(platform: Deployment, key: str, **options: Any) -> httpx.Response:
    headers = {"idempotency-key": key}
    return await ask(platform, "POST", headers=headers, **{"json": WANTED, **options})


async def test_a_subscription_is_kept_and_its_secret_is_shown_once(
    platform: Deployment, key: str
) -> None:
    created = await create(platform, key)
    made = created.json()
    secret = made.pop("secret")
    assert created.status_code == 201
    assert len(key_of(secret)) >= 24
    assert {name: made[name] for name in WANTED} == WANTED
    assert made["status"] == "active"
    path = f"/{made['id']}"

    platform.kill("process/events")
    platform.restart("process/events")
    assert (await ask(platform, "GET", path)).json() == made
    again = await create(platform, key)
    assert (again.status_code, again.json()) == (201, made)
    assert again.headers["idempotency-replayed"] == "true"
    other = await create(platform, key, json={**WANTED, "status": "paused"})
    assert other.json()["type"] == "urn:strata:problem:idempotency-key-reused"

    changed = {**WANTED, "url": "http://127.0.0.1:9/hooks", "status": "paused"}
    put = await ask(platform, "PUT", path, json=changed)
    assert put.json() == {**made, **changed, "updatedAt": put.json()["updatedAt"]}
    assert (await ask(platform, "PUT", path, json=changed)).json() == put.json()
    rotated = (await ask(platform, "POST", f"{path}/secret")).json()
    new_secret = rotated.pop("secret")
    assert key_of(new_secret) != key_of(secret)
    listed = (await ask(platform, "GET")).json()["items"]
    assert rotated in listed
    assert "secret" not in str(listed)
    assert not [s for s in (secret, new_secret) if s in platform.logs()]

    for _ in range(2):
        assert (await ask(platform, "DELETE", path)).status_code == 204
    for method, of in (("GET", path), ("POST", f"{path}/secret")):
        assert (await ask(platform, method, of)).status_code == 404
    assert (await create(platform, key)).json()["type"].endswith(":subscription-deleted")


async def test_xml_is_as_good_and_nobody_else_sees_it(platform: Deployment, key: str) -> None:
    body = (
        b"<subscription><url>https://north.example/</url>"
        b"<eventType>stock.changed</eventType><eventType>bulk.completed</eventType></subscription>"
    )
    headers = {**XML, "idempotency-key": key}
    made = etree.fromstring((await ask(platform, "POST", headers=headers, content=body)).content)
    assert re.fullmatch("whsec_[A-Za-z0-9+/]{32}", made.findtext("secret") or "")
    refused = await ask(
        platform, "POST", headers=headers, content=body.replace(b"north.example", b"10.0.0.1.")
    )
    assert refused.status_code == 422
    problem = etree.fromstring(refused.content)
    assert problem.findtext("{*}type") == "urn:strata:problem:url-not-allowed"
    assert problem.findtext(".//{*}pointer") == "#/url"

    path = f"/{made.findtext('id')}"
    south = {"client": "partner-south"}
    for method, of, body_ in (
        ("GET", path, None),
        ("PUT", path, WANTED),
        ("POST", f"{path}/secret", None),
    ):
        answer = await ask(platform, method, of, json=body_, **south)
        assert answer.status_code == 404
        assert "north" not in answer.text
    assert (await ask(platform, "DELETE", path, **south)).status_code == 204
    assert (await ask(platform, "GET", **south)).json()["items"] == []
    theirs = await create(platform, key, **south)
    assert (theirs.status_code, f"/{theirs.json()['id']}" != path) == (201, True)
    assert (await ask(platform, "GET", path)).status_code == 200, "it is still there"
