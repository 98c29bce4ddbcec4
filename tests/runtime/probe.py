"""An API with nothing behind it: what the runtime does for any API, shown by one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Annotated

import httpx
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field

from runtime.access.bearer import Access, FixedKey, Trusted
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.apis.gate import Gate
from runtime.apis.items import RefusedItems
from runtime.apis.streams import Event, Stream
from runtime.calls.wiring import PeerWiring
from runtime.settings import Limits
from tests.runtime.tokens import ISSUER, token

NAME = "system/probe/v1"
ROOT = Path(__file__).parent / "probed"
KEY = OKPKey.generate_key("Ed25519")
SCOPES = "things:read things:write things:drop"
LIMITS = Limits(deadline_seconds=5, max_body_bytes=100_000)


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=20)
    quantity: int = Field(ge=1, le=999)
    note: Annotated[str | None, Field(max_length=20)] = None


THING = Thing(name="hammer", quantity=1)


class Parts(BaseModel):
    name: str
    head: Annotated[str | None, Field()] = None
    handle: Annotated[str | None, Field()] = None


class KitThing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=20)
    quantity: int = Field(ge=1, le=999)


class Kit(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=20)
    things: list[KitThing] = Field(max_length=3)
    tags: list[str] | None = None
    weight: float | None = None
    sharp: bool | None = None
    size: int | None = None


class Batch(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=20)
    things: list[KitThing] = Field(min_length=2, max_length=4)


class RefusedThing(BaseModel):
    place: int
    name: str | None = None
    pointers: list[str]


class Judged(BaseModel):
    sent: int
    good: list[str]
    refused: list[RefusedThing]


Handler = Callable[[], Awaitable[Thing | Answer[Thing]]]
Follow = Callable[[str | None], AsyncIterator[Event[Thing]]]


async def two_things(last: str | None) -> AsyncIterator[Event[Thing]]:
    """Those after the one seen last."""
    for number in range(int(last or 0) + 1, 3):
        yield Event(str(number), Thing(name="hammer", quantity=number))


def trusting(key: OKPKey = KEY) -> Access:
    """The access of a layer that knows one issuer."""
    return Access("system", {ISSUER: Trusted(FixedKey(key), ["Ed25519"])})


def probe(
    get_thing: Handler | None = None,
    *,
    follow: Follow = two_things,
    beat_seconds: float = 5,
    access: Access | None = None,
    limits: Limits = LIMITS,
) -> Gate:
    """The API behind its gate; `get_thing` is what GET /things/{thingId} does, `follow` what happens."""
    api = Api(NAME, root=ROOT)

    @api.operation("addThing")
    async def add(body: Thing) -> Answer[Thing]:
        return Answer(body, 202) if body.name == "slow" else Answer(body, 201, "/things/axe")

    @api.operation("getNewestThing")
    async def newest() -> Thing:
        return Thing(name="newest", quantity=1)

    @api.operation("getThing")
    async def get(thing_id: str, limit: int, tag: list[str] | None) -> Thing | Answer[Thing]:
        if get_thing is not None:
            return await get_thing()
        return Thing(name=thing_id, quantity=limit, note=",".join(tag or ()) or None)

    @api.operation("addKit")
    async def add_kit(body: Kit) -> Kit:
        return body

    @api.operation("addBatch")
    async def add_batch(body: Batch, refused: RefusedItems) -> Answer[Judged]:
        told = [
            RefusedThing(
                place=place,
                name=item.good("name"),
                pointers=[error["pointer"] for error in item.problem.document["errors"]],
            )
            for place, item in refused.items()
        ]
        good = [thing.name for thing in body.things]
        judged = Judged(sent=refused.sent, good=good, refused=told)
        return Answer(judged, 202, location=f"/batches/{body.name}")

    @api.operation("getParts")
    async def parts(thing_id: str) -> Parts:
        return Parts(name=thing_id, head="steel", handle="ash")

    @api.operation("followThing")
    async def events(thing_id: str, last_event_id: str | None) -> Stream[Thing]:
        assert thing_id
        return Stream(follow(last_event_id), beat_seconds)

    @api.operation("dropThing")
    async def drop(thing_id: str) -> None:
        assert thing_id

    app = api.app(access or trusting())
    return Gate(NAME, app, PeerWiring(None), limits, app.state.body_limit)


def calling(gate: Gate, bearer: str | None = None) -> httpx.AsyncClient:
    """A client of one API in this process; with a good token, another, or none ("")."""
    presented = token(KEY, scope=SCOPES) if bearer is None else bearer
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(gate),
        base_url=f"http://probe/{NAME}",
        headers={b"authorization": b"Bearer " + presented.encode("latin-1")} if presented else {},
    )
