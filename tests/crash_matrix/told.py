"""What a process tells before it ends: a line at a time, so that a kill loses nothing of it."""

from pathlib import Path
from typing import Any

import orjson

from tests.crash_matrix.flows.asking import Known

NAME = "told.jsonl"
PREPARED = "prepared.json"

ACCEPTED = 202
"""Says that more is to come: another answer may follow."""


class Told:
    """`answers` are the first ones, by the number of what was asked."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        prepared = folder / PREPARED
        self.prepared = orjson.loads(prepared.read_bytes()) if prepared.exists() else []
        self.answers: dict[int, Any] = {}
        self.differing: list[str] = []
        self.runs: list[tuple[str, str, str]] | None = None
        """Id, flow and status of each; None as long as nobody lived to the end."""
        self.writes = 0
        for line in self._path.read_bytes().splitlines() if self._path.exists() else ():
            self._read(**orjson.loads(line))

    @property
    def known(self) -> Known:
        bodies = [body for _, (_, body) in sorted(self.answers.items())]
        return Known(self.prepared, bodies)

    def answer(self, ask: int, status: int, body: Any) -> None:
        self._say(ask=ask, status=status, body=body)

    def end(self, runs: list[tuple[str, str, str]], writes: int) -> None:
        self._say(runs=runs, writes=writes)

    def _say(self, **line: Any) -> None:
        self._read(**line)
        with self._path.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")

    def _read(self, **line: Any) -> None:
        if "runs" in line:
            self.runs, self.writes = line["runs"], line["writes"]
            return
        ask, answer = line["ask"], [line["status"], line["body"]]
        first = self.answers.setdefault(ask, answer)
        if ACCEPTED not in {first[0], answer[0]} and _lasting(first) != _lasting(answer):
            self.differing.append(f"request {ask} was answered in two ways: {first}, {answer}")


def _lasting(answer: list[Any]) -> Any:
    """What has to be the same when it is given again: each call has an id of its own."""
    status, body = answer
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "requestId"}
    return status, body
