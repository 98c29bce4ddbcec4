"""Our book: what the last file said, who holds what, and what the warehouse has yet to be told."""

SCHEMA = """
create table if not exists night (
    one integer primary key check (one = 1),
    made_at integer not null, -- seconds since the epoch
    sequence integer not null
) strict;
create table if not exists article (sku text primary key, pieces integer not null) strict;
create table if not exists hold (
    id text primary key,
    number text not null unique,
    status text not null check (status in ('held', 'committed', 'released')),
    lines text not null, -- JSON: as asked, and by article
    expires_at integer not null,
    ordered_at integer,
    order_sent integer not null,
    order_told text,
    cancelled_at integer,
    cancel_sent integer not null,
    cancel_told text
) strict;
create index if not exists hold_owed on hold (id)
    where ordered_at is not null and not order_sent or cancelled_at is not null and not cancel_sent;
create table if not exists move (
    hold text not null references hold,
    sku text not null,
    pieces integer not null,
    until integer, -- an expired hold stops counting by itself
    primary key (sku, hold)
) strict, without rowid;
create index if not exists move_by_hold on move (hold);
"""
