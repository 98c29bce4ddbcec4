"""What the view says of systems that answer wrongly, and of answers that are no longer new."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from process_apis.customers.answers import Answers, Part, Told
from runtime.access.issuer import DevelopmentIssuer
from runtime.access.keys import private_key
from runtime.calls.http import Reply, Request
from runtime.calls.wiring import PeerWiring
from runtime.context import Context, Identity, entered
from runtime.problems import MEDIA_TYPE, Misconfigured, Missing, Problem, Rejected, Unavailable
from runtime.serving.platform import Platform
from runtime.settings import Settings, load
from tests.runtime.served import at

VIEW = "/process/customers/v1/customers/C-1/view"
CUSTOMER = {"id": "C-1", "externalId": "7", "name": "Ada", "email": "a@b.c", "blocked": False}
ANSWERS: dict[str, Any] = {
    "/system/erp/v1/customers/C-1": CUSTOMER,
    "/system/erp/v1/customers/C-1/addresses": {"items": []},
    "/system/crm/v1/accounts/C-1": Missing("no account"),
    "/system/crm/v1/accounts/C-1/activities": Missing("no account"),
    "/process/orders/v1/orders": {"items": []},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    peers = {name: f"http://{name}" for name in ("system/erp", "system/crm", "process/orders")}
    settings = load(None, {"STRATA__data_dir": str(tmp_path)})
    return settings.model_copy(update={"peers": peers})


async def view(settings: Settings, **answers: Any) -> tuple[int, dict[str, Any]]:
    """The view, with these answers of peers, by the end of the path."""

    async def peers(request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        path = request.url.partition("?")[0].removeprefix("http://")
        path = path[path.index("/", path.index("/") + 1) :]
        answer = next((a for end, a in answers.items() if path.endswith(end)), ANSWERS[path])
        if isinstance(answer, Problem):
            return Reply(answer.code, [(b"content-type", MEDIA_TYPE.encode())], answer.body())
        return Reply(200, [], orjson.dumps(answer))

    client = settings.security.development_clients["backoffice"]
    issuer = DevelopmentIssuer(settings, private_key(settings, "development"))
    token = issuer.issue("backoffice", client, client.scopes)
    async with (
        Platform(["process/customers"], settings, peers) as platform,
        at(platform, token) as http,
    ):
        reply = await http.get(VIEW)
    return reply.status_code, reply.json()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Rejected("what is this?", status=400), {"reason": "misconfigured"}),
        (Rejected("no", kind="invalid-parameter"), {"reason": "misconfigured"}),
        (Rejected("who are you?", status=401), {"reason": "misconfigured"}),
        (Missing("no such path"), {"reason": "misconfigured"}),
        (Misconfigured("wrong password"), {"reason": "misconfigured"}),
        (Problem(), {"reason": "defect"}),
        ({"orders": "none"}, {"reason": "bad-answer"}),
        (Unavailable("later", retry_after=7), {"reason": "unavailable", "retryAfter": 7}),
        (Unavailable("spent", kind="calls-used-up"), {"reason": "unavailable"}),
    ],
    ids=[
        *("bad-request", "refused", "unknown", "missing", "misconfigured", "defect"),
        *("garbage", "later", "used-up"),
    ],
)
async def test_a_mistake_of_ours_is_no_outage(
    settings: Settings, answer: Any, said: dict[str, Any]
) -> None:
    status, shown = await view(settings, orders=answer)

    assert status == 200
    assert shown["degraded"] == [{"part": "orders", "source": "orders", **said}]
    assert "orders" not in shown


async def test_whom_the_erp_does_not_know_has_no_view(settings: Settings) -> None:
    status, problem = await view(settings, **{"/C-1": Missing("nobody")})

    assert (status, problem["type"]) == (404, "urn:strata:problem:missing")


def called_by(subject: str = "C-1", **more: Any) -> entered:
    """Inside a call of somebody's."""
    deadline = asyncio.get_running_loop().time() + 5
    identity = Identity(subject, **more)
    return entered(
        Context("process/customers/v1", PeerWiring(None), "r", "t", deadline, identity=identity)
    )


class Clock:
    """Moments a test chooses."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 15, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def said() -> Iterator[list[Told | Problem]]:
    """What the system says, in turn."""
    left: list[Told | Problem] = []
    yield left
    assert left == []


@pytest.fixture
def part(said: list[Told | Problem]) -> Part:
    async def ask(_customer_id: str) -> Told:
        answer = said.pop(0)
        if isinstance(answer, Problem):
            raise answer
        return answer

    return Part("crm", ask)


async def test_an_old_answer_says_how_old_it_is(part: Part, said: list[Told | Problem]) -> None:
    clock = Clock()
    answers = Answers(clock)
    said += [Told(value={"segment": "gold"}), Unavailable("down", retry_after=3)]
    with called_by():
        first = await answers.hear("account", part, "C-1")
        asked, clock.at = clock.at, clock.at + timedelta(seconds=90)
        second = await answers.hear("account", part, "C-1")

    assert (first.shown(asked), first.degraded()) == (
        {
            "source": "crm",
            "as_of": asked,
            "age_seconds": 0,
            "stale": False,
            "value": {"segment": "gold"},
        },
        None,
    )
    assert second.shown(clock.at) == {
        "source": "crm",
        "as_of": asked,
        "age_seconds": 90,
        "stale": True,
        "value": {"segment": "gold"},
    }
    assert second.degraded() == {
        "part": "account",
        "source": "crm",
        "reason": "unavailable",
        "retry_after": 3,
        "last_answer_at": asked,
    }


@pytest.mark.parametrize("other", [{"scopes": frozenset({"any-subject"})}, {"tenant": "another"}])
async def test_an_answer_stands_in_for_callers_of_the_same_rights_only(
    part: Part, said: list[Told | Problem], other: dict[str, Any]
) -> None:
    answers = Answers(Clock())
    said += [Told(value={"segment": "gold"}), Unavailable("down"), Unavailable("down")]
    with called_by():
        await answers.hear("account", part, "C-1")
        own = await answers.hear("account", part, "C-1")
    with called_by(**other):
        others = await answers.hear("account", part, "C-1")

    assert own.kept is not None
    assert others.kept is None


async def test_what_is_forgotten_is_not_shown(part: Part, said: list[Told | Problem]) -> None:
    answers = Answers(Clock())
    said += [Told(value={"segment": "gold"}), Unavailable("down")]
    with called_by():
        await answers.hear("account", part, "C-1")
        answers.forget("C-1")
        heard = await answers.hear("account", part, "C-1")

    assert heard.shown(answers.now()) is None
