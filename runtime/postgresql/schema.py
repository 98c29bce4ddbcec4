"""Our tables beside those of DBOS, and how a database of an earlier version becomes one of this."""

from typing import Any

MIGRATIONS = (
    # `play` is how many orders the newest play of the run goes by, `orders` how many there are, `news`
    # how often it was ordered or told something. json and not jsonb, which refuses "\\u0000".
    """
    create table strata.run (
        n bigint generated always as identity primary key,
        engine text not null,
        id text collate "C" not null,
        flow text not null,
        owner text not null,
        payload text not null,
        payload_hash text not null,
        context text not null,
        status text not null,
        result text,
        problem text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        play integer not null default 0,
        orders integer not null default 0,
        news integer not null default 0,
        mark json,
        fruitless integer not null default 0,
        reached integer not null default 0,
        touched timestamptz not null default now(),
        unique (engine, id)
    );
    create index run_by_owner on strata.run (engine, owner, n);
    create index run_by_time on strata.run (engine, n);
    create index run_open on strata.run (engine, status, n) where status <> 'completed';
    create table strata.run_order (
        run bigint not null references strata.run on delete cascade,
        seq integer not null,
        action text not null,
        reason text not null,
        subject text not null,
        client text not null,
        step text,
        at timestamptz not null,
        changed json not null,
        primary key (run, seq)
    );
    create table strata.event (
        run bigint not null references strata.run on delete cascade,
        name text not null,
        value text not null,
        at timestamptz not null,
        primary key (run, name)
    );
    """,
    """
    create table strata.document (
        collection text not null,
        key text collate "C" not null,
        version bigint not null default 1,
        body text not null,
        primary key (collection, key)
    );
    """,
)
ONE_AT_A_TIME = 7232611038745
"""The advisory lock under which one process migrates."""


class DatabaseTooNew(Exception):
    """The database was migrated by a later version of this program."""


async def migrate(connection: Any) -> None:
    """Raises DatabaseTooNew."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        await connection.execute("create schema if not exists strata")
        await connection.execute(
            "create table if not exists strata.migration (version integer primary key)"
        )
        version = await connection.fetchval("select max(version) from strata.migration") or 0
        if version > len(MIGRATIONS):
            raise DatabaseTooNew(f"it has version {version}; this program knows {len(MIGRATIONS)}")
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            await connection.execute(script)
            await connection.execute("insert into strata.migration values ($1)", number)
