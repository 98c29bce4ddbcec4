"""A Tryton that says what a test wants it to say, as a Sender."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from runtime.calls.http import Reply, Request

LOGIN = "common.db.login"
PREFERENCES = "model.res.user.get_preferences"

Answer = Callable[[], Reply]


def result(value: Any) -> Answer:
    return lambda: Reply(200, [], orjson.dumps({"id": NUMBER, "result": value}))


def error(value: Any) -> Answer:
    return lambda: Reply(200, [], orjson.dumps({"id": NUMBER, "error": value}))


def page(status: int, text: str = "<html>words of the server</html>") -> Answer:
    return lambda: Reply(status, [], text.encode())


def raises(failure: Exception) -> Answer:
    def answer() -> Reply:
        raise failure

    return answer


NUMBER = "the number of the call"
"""Stands for the id of the request in an answer."""


@dataclass
class ScriptedTryton:
    """The answers to a method, in turn; the last is given for ever."""

    answers: Mapping[str, list[Answer]]
    requests: list[Request] = field(default_factory=list)

    def called(self) -> list[str]:
        return [orjson.loads(request.body)["method"] for request in self.requests]

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        self.requests.append(request)
        asked = orjson.loads(request.body)
        answers = {**LOGGED_IN, **self.answers}[asked["method"]]
        times = self.called().count(asked["method"])
        reply = answers[min(times, len(answers)) - 1]()
        number = orjson.dumps(asked["id"])
        return Reply(reply.status, reply.headers, reply.body.replace(orjson.dumps(NUMBER), number))


LOGGED_IN: Mapping[str, list[Answer]] = {
    LOGIN: [result([2, "key-1", None]), result([2, "key-2", None])],
    PREFERENCES: [result({"company": 7, "language": "de"})],
}
