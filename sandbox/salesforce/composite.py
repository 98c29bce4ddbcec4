"""Several requests in one: in order, each may use what those before it answered."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.messages import Json
from sandbox.salesforce.errors import SalesforceError

REFERENCE = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
STEP = re.compile(r"(\w+)|\[(\d+)\]")
NAME = re.compile(r"[A-Za-z0-9]\w*")
MOST, MOST_QUERIES = 25, 5

Answer = tuple[int, Json]
Perform = Callable[[str, str, Json], Answer]
"""Method, URL and body of one request; raises SalesforceError."""

ROLLED_BACK = (
    "The transaction was rolled back since another operation in the same transaction failed."
)


class UnresolvedError(Exception):
    """A reference to what there is not."""


def run(db: sqlite3.Connection, body: Json, perform: Perform) -> Json:
    steps = _steps(body)
    answers: dict[str, Answer] = {}
    db.execute("SAVEPOINT composite")
    for step in steps:
        answers[step["referenceId"]] = _answer(db, step, answers, perform)
    failed = [name for name, (status, _) in answers.items() if status >= 300]
    if failed and body.get("allOrNone"):
        db.execute("ROLLBACK TO composite")
        answers = {
            name: answer if name == failed[0] else (400, _halted(ROLLED_BACK))
            for name, answer in answers.items()
        }
    db.execute("RELEASE composite")
    return {"compositeResponse": [_told(name, *answer) for name, answer in answers.items()]}


def _steps(body: Json) -> list[dict[str, Any]]:
    match body:
        case {"compositeRequest": [_, *_] as steps} if len(steps) <= MOST:
            pass
        case _:
            raise SalesforceError(400, "JSON_PARSER_ERROR", f"From 1 to {MOST} subrequests")
    names = [step.get("referenceId", "") for step in steps]
    if len(set(names)) != len(names) or not all(NAME.fullmatch(name) for name in names):
        raise SalesforceError(400, "INVALID_INPUT", "Provided referenceId is not acceptable")
    if sum("/query" in step["url"] for step in steps) > MOST_QUERIES:
        raise SalesforceError(400, "LIMIT_EXCEEDED", f"No more than {MOST_QUERIES} queries")
    return list(steps)


def _answer(
    db: sqlite3.Connection, step: Mapping[str, Any], before: Mapping[str, Answer], perform: Perform
) -> Answer:
    db.execute("SAVEPOINT step")
    try:
        url, body = _resolved(step["url"], before), _resolved(step.get("body"), before)
        answer = perform(step["method"], url, body)
    except UnresolvedError as error:
        answer = 400, _halted(f"Invalid reference specified. No value for {error}")
    except SalesforceError as error:
        db.execute("ROLLBACK TO step")
        answer = error.status, error.body
    db.execute("RELEASE step")
    return answer


def _resolved(part: Json, before: Mapping[str, Answer]) -> Json:
    if isinstance(part, dict):
        return {name: _resolved(inner, before) for name, inner in part.items()}
    if isinstance(part, str):
        return REFERENCE.sub(lambda match: _looked_up(match, before), part)
    return part


def _looked_up(match: re.Match[str], before: Mapping[str, Answer]) -> str:
    name, path = match.groups()
    status, value = before.get(name, (400, None))
    try:
        for key, index in STEP.findall(path):
            value = value[key] if key else value[int(index)]
    except (LookupError, TypeError) as error:
        raise UnresolvedError(f"{name}.{path}") from error
    if status >= 300:
        raise UnresolvedError(f"{name}.{path}")
    return str(value)


def _halted(message: str) -> Json:
    return [{"errorCode": "PROCESSING_HALTED", "message": message}]


def _told(name: str, status: int, body: Json) -> Json:
    return {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": name}
