from typing import Any

from httpx import AsyncClient, Response


def order(ttl: int = 600, **quantities: int) -> dict[str, Any]:
    """`order(LAMP_LED_A1=2)`"""
    lines = [{"article": name.replace("_", "-"), "qty": qty} for name, qty in quantities.items()]
    return {"lines": lines, "ttlSeconds": ttl}


async def put(inventory: AsyncClient, ref: str, body: dict[str, Any]) -> Response:
    return await inventory.put(f"/holds/{ref}", json=body)


async def levels(inventory: AsyncClient, article: str) -> dict[str, int]:
    state = (await inventory.get("/_sandbox/state")).json()
    found: dict[str, int] = state["articles"][article]
    return found


async def test_stock_is_told_in_the_order_asked_with_the_unknown_apart(
    inventory: AsyncClient,
) -> None:
    reply = await inventory.get("/stock", params={"articles": "DOCK-TB4,NOPE,CAM-1080P"})
    assert [item["article"] for item in reply.json()["items"]] == ["DOCK-TB4", "CAM-1080P"]
    assert reply.json()["unknown"] == ["NOPE"]
    assert (await inventory.get("/stock/NOPE")).json()["code"] == "NO_ARTICLE"
    assert (await inventory.get("/stock/CAM-1080P")).json()["free"] == 0


async def test_a_hold_takes_stock_a_commit_takes_it_for_good_a_release_brings_it_back(
    inventory: AsyncClient,
) -> None:
    before = await levels(inventory, "KB-ISO-DE")
    assert (await put(inventory, "inv-life", order(KB_ISO_DE=5))).status_code == 201
    held = await levels(inventory, "KB-ISO-DE")
    for _ in range(2):
        commit = await inventory.post("/holds/inv-life/commit")
        assert (commit.status_code, commit.json()["status"]) == (200, "COMMITTED")
    committed = await levels(inventory, "KB-ISO-DE")
    for _ in range(2):
        assert (await inventory.delete("/holds/inv-life")).status_code == 204
    assert held == before | {"held": before["held"] + 5}
    assert committed["on_hand"] == before["on_hand"] - 5
    assert committed["committed"] == before["committed"] + 5
    assert await levels(inventory, "KB-ISO-DE") == before


async def test_the_same_hold_again_changes_nothing_other_content_is_refused(
    inventory: AsyncClient,
) -> None:
    body = order(KB_ANSI_US=2, LAMP_LED_A1=1)
    turned = body | {"lines": body["lines"][::-1]}
    replies = [await put(inventory, "inv-same", each) for each in (body, turned)]
    other = await put(inventory, "inv-same", order(KB_ANSI_US=3))
    assert [reply.status_code for reply in replies] == [201, 200]
    assert replies[0].json() == replies[1].json()
    assert (other.status_code, other.json()["code"]) == (409, "OTHER_CONTENT")
    assert (await levels(inventory, "KB-ANSI-US"))["held"] == 2
    await inventory.delete("/holds/inv-same")


async def test_short_stock_names_the_article_and_holds_nothing(inventory: AsyncClient) -> None:
    reply = await put(inventory, "inv-short", order(MS_ERGO_01=1, CHAIR_MESH=99))
    assert (reply.status_code, reply.json()["code"]) == (409, "SHORT")
    short = {"article": "CHAIR-MESH", "requested": 99, "available": 6}
    assert reply.json()["shortages"] == [short]
    assert (await levels(inventory, "MS-ERGO-01"))["held"] == 0
    assert (await inventory.get("/holds/inv-short")).status_code == 404


async def test_an_unknown_article_or_a_bad_quantity_is_refused(inventory: AsyncClient) -> None:
    unknown = await put(inventory, "inv-bad", order(NOPE=1))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "UNKNOWN_ARTICLE")
    for qty in (0, -1, True, 1.5, "1"):
        reply = await put(inventory, "inv-bad", order(DOCK_TB4=qty))  # type: ignore[arg-type]
        assert (reply.status_code, reply.json()["code"]) == (422, "BAD_HOLD")


async def test_releasing_nothing_leaves_a_tombstone_for_the_late_hold(
    inventory: AsyncClient,
) -> None:
    assert (await inventory.delete("/holds/inv-late")).status_code == 204
    late = await put(inventory, "inv-late", order(DOCK_TB4=1))
    assert (late.status_code, late.json()["code"]) == (409, "RELEASED")
    commit = await inventory.post("/holds/inv-late/commit")
    assert (commit.status_code, commit.json()["code"]) == (409, "RELEASED")
    assert (await inventory.post("/holds/inv-never/commit")).status_code == 404


async def test_an_expired_hold_gives_the_stock_back_and_cannot_be_committed(
    inventory: AsyncClient,
) -> None:
    body = order(ttl=600, MON_27_4K=18)
    await put(inventory, "inv-old", body)
    assert (await put(inventory, "inv-rival", order(MON_27_4K=1))).json()["code"] == "SHORT"
    await inventory.post("/_sandbox/clock", json={"advanceSeconds": 601})
    assert (await inventory.get("/holds/inv-old")).json()["status"] == "EXPIRED"
    assert (await inventory.get("/stock/MON-27-4K")).json()["free"] == 18
    commit = await inventory.post("/holds/inv-old/commit")
    assert (commit.status_code, commit.json()["code"]) == (409, "EXPIRED")
    renewed = await put(inventory, "inv-old", body)
    assert (renewed.status_code, renewed.json()["status"]) == (200, "HELD")
    await inventory.delete("/holds/inv-old")


async def test_a_wrong_token_is_refused(inventory: AsyncClient) -> None:
    reply = await inventory.get("/stock/DOCK-TB4", headers={"authorization": "Bearer guess"})
    assert (reply.status_code, reply.json()["code"]) == (401, "BAD_TOKEN")
