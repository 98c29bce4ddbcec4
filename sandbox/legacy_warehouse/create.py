"""The tables and their content, in a database that is empty or a file that is not there yet."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.legacy_warehouse.content import inserts
from sandbox.seed import Seed, read_seed

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")


def create_file(path: Path, seed: Seed | None = None) -> Path:
    """A SQLite file, whole or not at all; one that is there is left as it is."""
    if path.exists():
        return path
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    with closing(sqlite3.connect(making)) as db:
        db.executescript(SCHEMA)
        for statement, values in inserts(seed or read_seed()):
            db.execute(statement, values)
        db.commit()
    return making.rename(path)


async def create(engine: "AsyncEngine", seed: Seed | None = None) -> None:
    """In PostgreSQL or MySQL, where the database itself has to be there."""
    from sqlalchemy import text

    async with engine.begin() as connection:
        for statement in filter(str.strip, SCHEMA.split(";\n")):
            await connection.exec_driver_sql(statement)
        for statement, values in inserts(seed or read_seed()):
            await connection.execute(text(statement), values)
