"""The tables of the journal: what each version added."""

MIGRATIONS = (
    # `n` keeps the steps of runs of the same minute on the same few pages, whatever their ids are.
    """
    create table run (
        n integer primary key,
        id text not null unique,
        flow text not null,
        owner text not null,
        payload text not null,
        payload_hash text not null,
        context text not null,
        status text not null,
        result text,
        problem text,
        created_at text not null,
        updated_at text not null
    );
    create index run_by_owner on run (owner);
    create index run_by_status on run (status) where status <> 'completed';
    create table step (
        run integer not null references run,
        seq integer not null,
        kind text not null,
        name text not null,
        outcome text not null,
        detail text not null,
        attempts integer not null,
        at text not null,
        primary key (run, seq)
    ) without rowid;
    """,
    # Of a step recorded before, nobody knows whether its result is needed: it is not skipped.
    """
    alter table step add column skippable integer not null default 0;
    create table run_order (
        run integer not null references run,
        seq integer not null,
        action text not null,
        reason text not null,
        subject text not null,
        client text not null,
        step text,
        at text not null,
        primary key (run, seq)
    ) without rowid;
    """,
    # `fruitless` counts recoveries since the run last got any further, which is when it had `reached`
    # so many steps.
    """
    alter table run add column fruitless integer not null default 0;
    alter table run add column reached integer not null default 0;
    create table event (
        run integer not null references run,
        name text not null,
        value text not null,
        at text not null,
        primary key (run, name)
    ) without rowid;
    """,
)
