"""Reads whose contract says `x-cache`: how often the backend is asked, and what a caller is told."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from runtime.apis.gate import Gate
from runtime.problems import Misconfigured, Missing, Unavailable
from tests.runtime.caching.kept import Backend, caller, served

DOWN = Unavailable("the backend cannot be reached", retry_after=1)


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def gate(backend: Backend) -> Gate:
    return served(backend)


@pytest.fixture
async def ada(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(gate) as client:
        yield client


async def test_a_thousand_cold_reads_of_one_key_ask_the_backend_once(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    backend.seconds = 0.05

    replies = await asyncio.gather(*(ada.get("/things/nut") for _ in range(1000)))

    assert backend.asked == 1
    assert {(reply.status_code, reply.content) for reply in replies} == {
        (200, b'{"name":"nut","quantity":1}')
    }


async def test_an_answer_is_used_until_its_age_is_up(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    first = await ada.get("/things/nut")
    backend.now += 9
    second = await ada.get("/things/nut")

    assert (first.headers["cache-status"], first.headers["age"]) == ("strata; fwd=miss", "0")
    assert (second.headers["cache-status"], second.headers["age"]) == ("strata; hit; ttl=1", "9")
    assert second.headers["cache-control"] == "private, max-age=1"
    assert second.content == first.content
    assert backend.asked == 1


async def test_a_stale_answer_is_used_while_a_new_one_is_made(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut")
    backend.now += 15

    stale = await ada.get("/things/nut")
    await asyncio.sleep(0.01)
    fresh = await ada.get("/things/nut")

    assert stale.headers["cache-status"] == "strata; hit; ttl=-5; detail=stale-while-revalidate"
    assert (stale.json()["quantity"], fresh.json()["quantity"]) == (1, 2)
    assert backend.asked == 2


async def test_a_backend_that_is_down_is_covered_for_and_it_is_said(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut")
    backend.now, backend.fails = backend.now + 60, DOWN

    reply = await ada.get("/things/nut")

    assert (reply.status_code, reply.json()["quantity"]) == (200, 1)
    assert reply.headers["cache-status"] == "strata; hit; ttl=-50; detail=stale-if-error"
    assert reply.headers["age"] == "60"


async def test_an_answer_too_old_covers_for_nobody(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut")
    backend.now, backend.fails = backend.now + 111, DOWN

    assert (await ada.get("/things/nut")).status_code == 503


@pytest.mark.parametrize("problem", [Missing("gone"), Unavailable("down"), Misconfigured("key")])
async def test_a_failure_is_not_kept(
    backend: Backend, ada: httpx.AsyncClient, problem: Exception
) -> None:
    backend.fails = problem
    refused = await ada.get("/things/nut")
    backend.fails = None

    assert refused.status_code >= 400
    assert (await ada.get("/things/nut")).json()["quantity"] == 2


async def test_what_is_gone_is_not_covered_for(backend: Backend, ada: httpx.AsyncClient) -> None:
    await ada.get("/things/nut")
    backend.now, backend.fails = backend.now + 60, Missing("gone")

    assert (await ada.get("/things/nut")).status_code == 404


async def test_what_turns_out_to_be_gone_is_not_told_again(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut")
    backend.now, backend.fails = backend.now + 15, Missing("gone")

    stale = await ada.get("/things/nut")
    await asyncio.sleep(0.01)

    assert stale.headers["cache-status"].endswith("stale-while-revalidate")
    assert (await ada.get("/things/nut")).status_code == 404


async def test_a_caller_that_has_it_is_told_so(backend: Backend, ada: httpx.AsyncClient) -> None:
    first = await ada.get("/things/nut")
    again = await ada.get("/things/nut", headers={"if-none-match": first.headers["etag"]})
    other = await ada.get("/things/nut", headers={"if-none-match": '"another"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200
    assert backend.asked == 1


@pytest.mark.parametrize("directive", ["no-cache", "No-Store", "max-age=0"])
async def test_a_caller_can_refuse_a_kept_answer(
    backend: Backend, ada: httpx.AsyncClient, directive: str
) -> None:
    await ada.get("/things/nut")

    reply = await ada.get("/things/nut", headers={"cache-control": directive})

    assert reply.json()["quantity"] == 2
    assert (await ada.get("/things/nut")).json()["quantity"] == 2
    assert backend.asked == 2


async def test_a_refused_answer_is_not_covered_for(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut")
    backend.now, backend.fails = backend.now + 60, DOWN

    reply = await ada.get("/things/nut", headers={"cache-control": "no-cache"})

    assert reply.status_code == 503


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "bruno", "path": "/things/nut/own"},
        {"tenant": "acme", "path": "/things/nut"},
        {"scope": "things:read", "path": "/things/nut"},
        {"path": "/things/nut?limit=5"},
        {"path": "/things/bolt"},
    ],
)
async def test_nothing_is_shared_beyond_tenant_scopes_subject_and_question(
    backend: Backend, gate: Gate, ada: httpx.AsyncClient, other: dict[str, str]
) -> None:
    claims = {**other}
    path = claims.pop("path")
    await ada.get("/things/nut/own" if path.endswith("own") else "/things/nut")

    async with caller(gate, **claims) as client:
        reply = await client.get(path)

    assert reply.headers["cache-status"] == "strata; fwd=miss"
    assert backend.asked == 2


async def test_what_is_public_is_shared_between_subjects(
    backend: Backend, gate: Gate, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut?limit=20")

    async with caller(gate, "bruno") as bruno:
        assert (await bruno.get("/things/nut")).headers["cache-status"].startswith("strata; hit")
    assert backend.asked == 1


async def test_nobody_is_answered_from_the_cache_who_may_not_ask(
    gate: Gate, ada: httpx.AsyncClient
) -> None:
    await ada.get("/things/nut")

    async with caller(gate, scope="things:write") as stranger:
        assert (await stranger.get("/things/nut")).status_code == 403


@pytest.mark.parametrize("fails", [None, DOWN])
async def test_a_write_even_a_failed_one_ends_what_was_kept(
    backend: Backend, ada: httpx.AsyncClient, fails: Exception | None
) -> None:
    await ada.get("/things/nut")
    await ada.get("/things/nut/own")
    await ada.get("/things/nuts")
    backend.fails = fails
    await ada.put("/things/nut")
    backend.fails = None

    assert (await ada.get("/things/nut")).json()["quantity"] == 4
    assert (await ada.get("/things/nut/own")).json()["quantity"] == 5
    assert (await ada.get("/things/nuts")).json()["quantity"] == 3


async def test_an_answer_read_before_a_write_is_not_kept_after_it(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    backend.gates = [asyncio.Event()]
    [gate] = backend.gates
    slow = asyncio.create_task(ada.get("/things/nut"))
    await asyncio.sleep(0.01)
    await ada.put("/things/nut")
    gate.set()

    assert (await slow).json()["quantity"] == 1
    assert (await ada.get("/things/nut")).json()["quantity"] == 2


async def test_a_caller_that_hangs_up_does_not_take_the_others_answer_along(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    backend.seconds = 0.05
    first = asyncio.create_task(ada.get("/things/nut"))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(ada.get("/things/nut"))
    await asyncio.sleep(0.01)
    first.cancel()

    assert (await second).json()["quantity"] == 1
    assert backend.asked == 1


async def test_the_deadline_of_who_asked_first_is_not_everybodys(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    backend.seconds = 0.05
    backend.fails = Unavailable("silent", kind="no-answer", status=504)
    hasty = asyncio.create_task(ada.get("/things/nut", headers={"x-request-timeout-ms": "30"}))
    await asyncio.sleep(0.01)
    patient = asyncio.create_task(ada.get("/things/nut"))
    await hasty
    await asyncio.sleep(0.03)
    backend.fails = None

    assert (await hasty).status_code == 504
    assert (await patient).status_code == 200
    assert backend.asked == 2


async def test_what_was_used_least_lately_makes_room(backend: Backend) -> None:
    async with caller(served(backend, max_bytes=1400)) as client:
        for name in ("a", "b", "a", "c", "a"):
            await client.get(f"/things/{name}")
        assert backend.asked == 3
        await client.get("/things/b")

    assert backend.asked == 4
