from httpx import AsyncClient

PROFILE = {"displayName": "Ines Prado", "mail": "Ines.Prado@example.com", "tier": "GOLD"}
CALL = {"kind": "call", "summary": "Asked for an invoice", "occurredAt": 1_700_000_000_000}


async def new_account(crm: AsyncClient, ref: str) -> str:
    reply = await crm.put(f"/accounts/by-ref/{ref}", json=PROFILE)
    assert reply.status_code == 201
    return str(reply.json()["id"])


async def test_an_account_is_found_by_id_reference_and_mail_in_any_case(crm: AsyncClient) -> None:
    id = await new_account(crm, "crm-find")
    account = (await crm.get(f"/accounts/{id}")).json()
    assert account | PROFILE == account
    for query in ({"externalRef": "crm-find"}, {"email": "INES.prado@EXAMPLE.com"}):
        assert account in (await crm.get("/accounts", params=query)).json()["data"]
    nobody = await crm.get("/accounts", params={"externalRef": "nobody"})
    assert nobody.json() == {"data": [], "nextCursor": None}


async def test_an_upsert_keeps_what_it_does_not_name_and_repeats_harmlessly(
    crm: AsyncClient,
) -> None:
    id = await new_account(crm, "crm-upsert")
    again = await crm.put("/accounts/by-ref/crm-upsert", json=PROFILE)
    changed = await crm.put("/accounts/by-ref/crm-upsert", json={"phone": "+34 91 555"})
    assert (again.status_code, changed.status_code) == (200, 200)
    assert changed.json()["id"] == id
    assert changed.json()["tier"] == "GOLD"
    assert changed.json()["phone"] == "+34 91 555"


async def test_a_bad_account_names_every_bad_field(crm: AsyncClient) -> None:
    body = {"mail": "not a mail", "tier": "PLATINUM", "nick": "x"}
    reply = await crm.put("/accounts/by-ref/crm-bad", json=body)
    assert reply.status_code == 422
    assert reply.json()["error"]["code"] == "INVALID_FIELDS"
    names = [field["name"] for field in reply.json()["error"]["fields"]]
    assert names == ["displayName", "mail", "nick", "tier"]


async def test_a_closed_account_is_emptied_and_stays_closed_whatever_is_written(
    crm: AsyncClient,
) -> None:
    id = await new_account(crm, "crm-gone")
    await crm.put(f"/accounts/{id}/activities/a1", json=CALL)
    for ref in ("crm-gone", "crm-gone", "crm-never"):
        assert (await crm.put(f"/accounts/by-ref/{ref}/closure")).status_code == 204
    closed = (await crm.get(f"/accounts/{id}")).json()
    assert [closed[name] for name in ("displayName", "mail", "status")] == ["", "", "CLOSED"]
    assert (await crm.get(f"/accounts/{id}/activities")).json()["data"] == []
    for ref in ("crm-gone", "crm-never"):
        late = await crm.put(f"/accounts/by-ref/{ref}", json=PROFILE)
        assert (late.status_code, late.json()["status"]) == (200, "CLOSED")


async def test_activities_come_newest_first_page_by_page(crm: AsyncClient) -> None:
    id = await new_account(crm, "crm-pages")
    for number in (3, 1, 2):
        body = CALL | {"occurredAt": CALL["occurredAt"] + number}  # type: ignore[operator]
        assert (await crm.put(f"/accounts/{id}/activities/a{number}", json=body)).status_code == 201
    first = (await crm.get(f"/accounts/{id}/activities", params={"limit": 2})).json()
    page = {"limit": 2, "cursor": first["nextCursor"]}
    second = (await crm.get(f"/accounts/{id}/activities", params=page)).json()
    assert [each["clientId"] for each in first["data"]] == ["a3", "a2"]
    assert [each["clientId"] for each in second["data"]] == ["a1"]
    assert second["nextCursor"] is None


async def test_an_activity_put_twice_is_one_and_other_content_is_refused(crm: AsyncClient) -> None:
    id = await new_account(crm, "crm-twice")
    path = f"/accounts/{id}/activities/a1"
    codes = [(await crm.put(path, json=CALL)).status_code for _ in range(2)]
    other = await crm.put(path, json=CALL | {"summary": "Something else"})
    assert codes == [201, 200]
    assert (other.status_code, other.json()["error"]["code"]) == (409, "ACTIVITY_EXISTS")
    assert len((await crm.get(f"/accounts/{id}/activities")).json()["data"]) == 1


async def test_a_time_in_seconds_is_refused(crm: AsyncClient) -> None:
    id = await new_account(crm, "crm-seconds")
    body = CALL | {"occurredAt": 1_700_000_000}
    assert (await crm.put(f"/accounts/{id}/activities/a1", json=body)).status_code == 422


async def test_a_bad_page_request_is_refused(crm: AsyncClient) -> None:
    for query in ({"limit": "0"}, {"limit": "many"}, {"cursor": "xyz"}, {"cursor": "ä"}):
        reply = await crm.get("/accounts/acc_000001/activities", params=query)
        assert reply.status_code == 400


async def test_a_wrong_key_is_told_in_json(crm: AsyncClient) -> None:
    reply = await crm.get("/accounts/acc_000001", headers={"x-api-key": "guess"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "BAD_API_KEY")


async def test_a_wrong_path_method_or_body_is_told_in_json(crm: AsyncClient) -> None:
    assert (await crm.get("/nothing")).json()["error"]["code"] == "NO_ROUTE"
    assert (await crm.post("/accounts/acc_000001")).json()["error"]["code"] == "BAD_METHOD"
    for body in (b"{", b"[]", b'{"displayName": "\\ud800", "mail": "a@b"}', b"[" * 100_000):
        broken = await crm.put("/accounts/by-ref/x", content=body)
        assert (broken.status_code, broken.json()["error"]["code"]) == (400, "BAD_REQUEST")
