import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.seed import Seed, read_seed
from sandbox.store import open_store, transaction


def fill(db: sqlite3.Connection, _seed: Seed) -> None:
    db.execute("INSERT INTO t VALUES (1)")


def fail(db: sqlite3.Connection, seed: Seed) -> None:
    fill(db, seed)
    raise KeyError


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    file = tmp_path / "schema.sql"
    file.write_text("CREATE TABLE t (x INTEGER)")
    return file


def rows(db: sqlite3.Connection) -> list[int]:
    return [x for (x,) in db.execute("SELECT x FROM t")]


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, schema: Path) -> None:
    with closing(open_store(tmp_path / "t.db", schema, fill, read_seed())) as db:

        def insert_and_fail() -> None:
            with transaction(db):
                db.execute("INSERT INTO t VALUES (2)")
                raise KeyError

        with pytest.raises(KeyError):
            insert_and_fail()
        with transaction(db):
            db.execute("INSERT INTO t VALUES (3)")
        assert rows(db) == [1, 3]


def test_a_seeding_that_failed_starts_over(tmp_path: Path, schema: Path) -> None:
    with pytest.raises(KeyError):
        open_store(tmp_path / "t.db", schema, fail, read_seed())
    for _ in range(2):
        with closing(open_store(tmp_path / "t.db", schema, fill, read_seed())) as db:
            assert rows(db) == [1]
