"""Who is measured on what, each time in a process of its own that nothing else runs beside."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Any, NamedTuple

from bench.flows.places import file, postgres_url, sqlite_url, why_no_postgres

WARM_UP = 32
BACKEND_SECONDS = 0.005


class Entry(NamedTuple):
    """`flows`: as many as take a second or a few."""

    contender: str
    place: Callable[[], AbstractContextManager[str]]
    flows: int
    backend_seconds: float = 0.0


STRATA, PLAIN_AT_ONCE = "strata", "no_durability_at_once"
STRATA_5MS, PLAIN = "strata_5ms", "no_durability"
DBOS_SQLITE, DBOS_POSTGRESQL = "dbos_sqlite", "dbos_postgresql"

ENTRIES = {
    STRATA: Entry("strata", file, 1500),
    PLAIN_AT_ONCE: Entry("no_durability", file, 30_000),
    DBOS_SQLITE: Entry("dbos", sqlite_url, 96),
    DBOS_POSTGRESQL: Entry("dbos", postgres_url, 192),
    STRATA_5MS: Entry("strata", file, 1500, BACKEND_SECONDS),
    PLAIN: Entry("no_durability", file, 1500, BACKEND_SECONDS),
}


def absent() -> dict[str, str]:
    """Who cannot be measured here, and why."""
    if find_spec("dbos") is None:
        return dict.fromkeys((DBOS_SQLITE, DBOS_POSTGRESQL), "dbos is not installed")
    reason = why_no_postgres()
    return {DBOS_POSTGRESQL: reason} if reason else {}


def played(name: str, flows: int | None) -> dict[str, Any]:
    """What `bench.flows.child` answers, and `flows`: how many it was asked to play."""
    entry = ENTRIES[name]
    wanted = flows or entry.flows
    with entry.place() as place:
        answer = answered(child(entry.contender, place, wanted, WARM_UP, entry.backend_seconds))
    if answer["finished"] != wanted:
        raise AssertionError(f"{name} finished {answer['finished']} of {wanted} flows")
    return answer | {"flows": wanted}


def child(
    contender: str, place: str, flows: int, warm_up: int, backend_seconds: float
) -> list[str]:
    arguments = [contender, place, flows, warm_up, backend_seconds]
    return [sys.executable, "-m", "bench.flows.child", *map(str, arguments)]


def answered(command: list[str]) -> dict[str, Any]:
    """Its last line: DBOS speaks before."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
