"""JSON-RPC in both versions; what a server says is told as what it is. Over a Sender that says it."""

from typing import Any

import orjson
import pytest

from connectors.protocols.http import HttpBackend
from connectors.protocols.jsonrpc import CodedError, JsonRpc, RpcError, Unauthorized
from connectors.reach import Reach
from runtime.calls.http import Reply, Request
from runtime.problems import Misconfigured, Unavailable


class Server:
    """Answers with these documents in turn, the last for ever; ID stands for the call's own id."""

    def __init__(self, *answers: Any, status: int = 200) -> None:
        self.answers = answers
        self.status = status
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        self.asked.append(orjson.loads(request.body))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, bytes):
            return Reply(self.status, [], answer)
        own = {"id": self.asked[-1]["id"]} if answer.get("id") == ID else {}
        return Reply(self.status, [], orjson.dumps(answer | own))


ID = "the id of the call"


def rpc(server: Server, version: Any = "2.0") -> JsonRpc:
    return JsonRpc(HttpBackend("rpc", "http://rpc.test", Reach(server)), "/", version=version)


def ok(result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": ID, "result": result}


def error(code: Any, **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": ID, "error": {"code": code, "message": "Oh no", **more}}


@pytest.mark.parametrize("params", [[1, "two"], {"one": 1}])
@pytest.mark.parametrize("result", [{"a": [1]}, None, 0, False])
async def test_a_result_is_returned_whatever_it_is(params: Any, result: Any) -> None:
    server = Server(ok(result))

    assert await rpc(server).call("add", params) == result
    assert server.asked == [{"jsonrpc": "2.0", "id": 1, "method": "add", "params": params}]


async def test_each_call_has_an_id_of_its_own() -> None:
    server = Server(ok(1))
    calls = rpc(server)

    for _ in range(3):
        await calls.call("add", [])

    assert [asked["id"] for asked in server.asked] == [1, 2, 3]


async def test_version_1_says_nothing_of_a_version_and_reads_any_error() -> None:
    server = Server({"id": ID, "error": ["UserError", ["Oh no"]]})

    with pytest.raises(RpcError) as caught:
        await rpc(server, "1.0").call("add", [])

    assert caught.value.error == ["UserError", ["Oh no"]]
    assert server.asked[0].keys() == {"id", "method", "params"}


@pytest.mark.parametrize("status", [200, 400, 404, 500])
async def test_an_error_has_a_code_a_message_and_data_whatever_the_status(status: int) -> None:
    server = Server(error(-32000, data={"field": "qty"}), status=status)

    with pytest.raises(CodedError) as caught:
        await rpc(server).call("add", [], repeatable=True)

    assert (caught.value.code, caught.value.message) == (-32000, "Oh no")
    assert caught.value.data == {"field": "qty"}
    assert "Oh no" not in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize("code", [-32700, -32600, -32601])
@pytest.mark.parametrize("answered_id", [ID, None])
async def test_a_server_that_does_not_understand_us_is_for_an_operator(
    code: int, answered_id: str | None
) -> None:
    with pytest.raises(Misconfigured):
        await rpc(Server(error(code) | {"id": answered_id})).call("add", [])


async def test_an_internal_error_passes_if_the_call_may_be_repeated() -> None:
    server = Server(error(-32603), error(-32603), ok(3))

    assert await rpc(server).call("add", [], repeatable=True) == 3
    with pytest.raises(Unavailable):
        await rpc(Server(error(-32603), ok(3))).call("add", [])


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"[]", b"null", b'{"jsonrpc": "2.0"', b"<html>Welcome</html>"),
        {"id": ID, "result": 1},
        {"jsonrpc": "1.1", "id": ID, "result": 1},
        {"jsonrpc": "2.0", "id": ID},
        {"jsonrpc": "2.0", "id": ID, "result": 1, "error": {"code": 1, "message": "Oh no"}},
        {"jsonrpc": "2.0", "id": 99, "result": 1},
        {"jsonrpc": "2.0", "id": "1", "result": 1},
        {"jsonrpc": "2.0", "id": None, "result": 1},
        {"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": "Oh no"}},
        {"jsonrpc": "2.0", "id": ID, "error": "Oh no"},
        {"jsonrpc": "2.0", "id": ID, "error": {"message": "Oh no"}},
        error("-32000"),
        error(True),
        error(1.5),
    ],
)
async def test_what_is_no_answer_to_this_call_is_garbage(answer: Any) -> None:
    with pytest.raises(Unavailable) as caught:
        await rpc(Server(answer)).call("add", [])

    assert caught.value.slug == "bad-answer"


@pytest.mark.parametrize(
    ("status", "problem"), [(404, Misconfigured), (400, Misconfigured), (500, Unavailable)]
)
async def test_a_page_with_a_status_is_that_status(status: int, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        await rpc(Server(b"<html>", status=status)).call("add", [])


async def test_nobody_logged_in_is_the_callers_to_mend() -> None:
    with pytest.raises(Unauthorized):
        await rpc(Server(b"", status=401)).call("add", [])
