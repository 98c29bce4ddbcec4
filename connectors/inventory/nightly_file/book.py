"""Reservations in our own book: durable before they are answered, all lines or none."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from math import ceil
from typing import Any

import orjson

from connectors.goods import wanted
from connectors.inventory import refuse_short, refuse_unknown
from connectors.inventory.nightly_file import refusals
from connectors.inventory.nightly_file.holds import (
    REFUSED,
    SHIPPED,
    Hold,
    number_of,
    written,
)
from contracts.models.canonical import OrderLine
from runtime.problems import Missing

Rows = Callable[..., list[Any]]
"""`rows(sql, *values)`, on whichever connection."""

MARKS = ", ".join("?" for _ in fields(Hold))
LEVELS = """
    select sku, pieces + coalesce((
        select sum(m.pieces) from move m
        where m.sku = article.sku and (m.until is null or m.until > ?)
    ), 0) from article where sku in (select value from json_each(?))
"""


def available(rows: Rows, skus: Iterable[str], now: datetime) -> dict[str, int]:
    """Those there are. An oversold article has nothing to promise, and is no reason to fail."""
    found = rows(LEVELS, now.timestamp(), orjson.dumps(list(skus)).decode())
    return {sku: max(0, pieces) for sku, pieces in found}


def find(rows: Rows, reservation_id: str) -> Hold | None:
    found = rows("select * from hold where id = ?", reservation_id)
    return Hold(*found[0]) if found else None


def standing(hold: Hold, lines: Sequence[OrderLine], now: datetime) -> bool:
    """Whether it is what is asked for. Rejected where it cannot be had under this id."""
    if hold.status == "released":
        raise refusals.over("released")
    if hold.articles() != wanted(lines):
        raise refusals.conflict()
    return hold.state(now) != "expired"


def put(
    c: sqlite3.Connection,
    reservation_id: str,
    lines: Sequence[OrderLine],
    until: float,
    now: datetime,
) -> Hold:
    """One that expired is had anew, if there still is enough."""
    rows = _rows(c)
    hold = find(rows, reservation_id)
    if hold is not None and standing(hold, lines, now):
        return hold
    free = available(rows, wanted(lines), now)
    refuse_unknown(lines, free)
    refuse_short(lines, free)
    number = number_of(reservation_id)
    hold = Hold(reservation_id, number, "held", written(lines), ceil(until))
    write(c, hold)
    return hold


def commit(c: sqlite3.Connection, reservation_id: str, now: datetime) -> Hold:
    hold = find(_rows(c), reservation_id)
    if hold is None:
        raise Missing("there is no such reservation")
    if (state := hold.state(now)) in ("released", "expired"):
        raise refusals.over(state)
    if hold.status == "held":
        hold.status, hold.ordered_at = "committed", int(now.timestamp())
        write(c, hold)
    return hold


def release(c: sqlite3.Connection, reservation_id: str, now: datetime) -> Hold:
    """Leaves a released one behind even if there was none: what comes late finds it."""
    hold = find(_rows(c), reservation_id)
    if hold is None:
        hold = Hold(reservation_id, number_of(reservation_id), "released", written([]), 0)
    elif hold.status == "committed":
        if hold.order_told == SHIPPED:
            raise refusals.shipped()
        if hold.order_told != REFUSED:
            hold.cancelled_at = int(now.timestamp())
    hold.status = "released"
    write(c, hold)
    return hold


def write(c: sqlite3.Connection, hold: Hold) -> None:
    """With how it moves the stock from now on."""
    c.execute(f"insert or replace into hold values ({MARKS})", astuple(hold))  # noqa: S608 - marks
    c.execute("delete from move where hold = ?", (hold.id,))
    sign, until = hold.sign(), hold.expires_at if hold.status == "held" else None
    moves = [(hold.id, sku, sign * pieces, until) for sku, pieces in hold.articles().items()]
    c.executemany("insert into move values (?,?,?,?)", moves if sign else [])


def _rows(c: sqlite3.Connection) -> Rows:
    return lambda sql, *values: c.execute(sql, values).fetchall()
