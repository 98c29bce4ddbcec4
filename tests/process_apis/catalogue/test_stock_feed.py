"""The stock feed on a real file: whoever follows it knows what there is, however it comes about."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.models.process.catalogue.v1 import StockChanges
from process_apis.catalogue.snapshot import REMEMBERED, Snapshot
from process_apis.catalogue.stock_feed import StockFeed
from runtime.problems import Unavailable
from runtime.sqlite.lock import FileInUse


@dataclass
class Shop:
    """What there is, and when it is."""

    stock: dict[str, int] = field(default_factory=dict)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    asked: int = 0
    down: bool = False

    async def all_stock(self) -> dict[str, int]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable("the warehouse is closed")
        return dict(self.stock)


@asynccontextmanager
async def opened(shop: Shop, folder: Path) -> AsyncIterator[StockFeed]:
    snapshot = Snapshot(folder / "catalogue.sqlite")
    try:
        yield StockFeed(snapshot, lambda: shop.now, shop.all_stock)
    finally:
        await snapshot.aclose()


@pytest.fixture
def shop() -> Shop:
    return Shop({"A": 1, "B": 2, "C": 3, "D": 4})


@pytest.fixture
async def feed(shop: Shop, tmp_path: Path) -> AsyncIterator[StockFeed]:
    async with opened(shop, tmp_path) as feed:
        yield feed


def told(page: StockChanges) -> dict[str, int | None]:
    assert all(it.removed == (it.available is None) for it in page.items)
    return {it.sku: it.available for it in page.items}


async def test_who_comes_first_is_told_everything_and_then_what_changes(
    feed: StockFeed, shop: Shop
) -> None:
    first = await feed.changes(None, 10)
    nothing = await feed.changes(first.next, 10)
    shop.stock |= {"B": 7, "E": 5}
    del shop.stock["C"]
    second = await feed.changes(nothing.next, 10)

    assert (first.full, first.more, told(first)) == (True, False, {"A": 1, "B": 2, "C": 3, "D": 4})
    assert (nothing.full, nothing.items) == (False, [])
    assert (second.full, told(second)) == (False, {"B": 7, "C": None, "E": 5})


async def test_a_removed_product_comes_back_as_a_change(feed: StockFeed, shop: Shop) -> None:
    token = (await feed.changes(None, 10)).next
    del shop.stock["A"]
    token = (await feed.changes(token, 10)).next
    shop.stock["A"] = 1

    assert told(await feed.changes(token, 10)) == {"A": 1}


async def test_a_token_may_be_used_again(feed: StockFeed, shop: Shop) -> None:
    token = (await feed.changes(None, 10)).next
    shop.stock["A"] = 9

    assert await feed.changes(token, 10) == await feed.changes(token, 10)


async def test_what_was_removed_before_is_not_told_to_a_newcomer(
    feed: StockFeed, shop: Shop
) -> None:
    await feed.changes(None, 10)
    del shop.stock["A"]

    page, seen = await feed.changes(None, 1), dict[str, int | None]()
    seen |= told(page)
    while page.more:
        page = await feed.changes(page.next, 1)
        seen |= told(page)

    assert seen == {"B": 2, "C": 3, "D": 4}


async def test_what_changes_between_two_pages_is_not_lost(feed: StockFeed, shop: Shop) -> None:
    page = await feed.changes(None, 2)
    seen = told(page)
    shop.stock["A"] = 50
    del shop.stock["B"]
    await feed.changes(None, 1)  # another listener, of whom the change is heard meanwhile

    while page.more:
        page = await feed.changes(page.next, 2)
        assert not page.full
        seen |= told(page)

    assert seen == {"A": 50, "B": None, "C": 3, "D": 4}


@pytest.mark.parametrize(
    "token",
    ["nonsense", "a.b.c", "0123.0.0", "{epoch}.0.99", "{epoch}.-1.0", "{epoch}.1", "..", "²"],
)
async def test_a_token_that_is_not_ours_starts_over(feed: StockFeed, token: str) -> None:
    epoch = (await feed.changes(None, 10)).next.partition(".")[0]

    page = await feed.changes(token.format(epoch=epoch), 10)

    assert (page.full, told(page)) == (True, {"A": 1, "B": 2, "C": 3, "D": 4})


async def test_a_token_of_another_file_starts_over(
    feed: StockFeed, shop: Shop, tmp_path: Path
) -> None:
    token = (await feed.changes(None, 10)).next
    (tmp_path / "other").mkdir()
    async with opened(shop, tmp_path / "other") as other:
        await other.changes(None, 10)
        assert (await other.changes(token, 10)).full


async def test_a_token_holds_through_a_restart(shop: Shop, tmp_path: Path) -> None:
    async with opened(shop, tmp_path) as feed:
        token = (await feed.changes(None, 10)).next
    shop.stock["D"] = 0

    async with opened(shop, tmp_path) as feed:
        page = await feed.changes(token, 10)

    assert (page.full, told(page)) == (False, {"D": 0})


async def test_who_stays_away_until_removals_are_forgotten_starts_over(
    feed: StockFeed, shop: Shop
) -> None:
    old = (await feed.changes(None, 10)).next
    del shop.stock["A"]
    recent = (await feed.changes(old, 10)).next
    shop.now += REMEMBERED + timedelta(seconds=1)
    await feed.changes(None, 10)

    assert (await feed.changes(recent, 10)).full is False
    page = await feed.changes(old, 10)
    assert (page.full, told(page)) == (True, {"B": 2, "C": 3, "D": 4})


async def test_starting_over_comes_to_an_end_also_after_removals_were_forgotten(
    feed: StockFeed, shop: Shop
) -> None:
    await feed.changes(None, 10)
    del shop.stock["A"]
    await feed.changes(None, 10)
    shop.now += REMEMBERED + timedelta(seconds=1)

    page, pages = await feed.changes(None, 1), 1
    while page.more:
        page, pages = await feed.changes(page.next, 1), pages + 1
        assert not page.full

    assert pages == 3


async def test_a_page_that_waits_is_told_without_asking_anybody(
    feed: StockFeed, shop: Shop
) -> None:
    page = await feed.changes(None, 2)
    shop.down = True

    assert set(told(await feed.changes(page.next, 1))) == {"C"}
    assert shop.asked == 1


async def test_a_system_that_cannot_be_asked_removes_nothing(feed: StockFeed, shop: Shop) -> None:
    first = await feed.changes(None, 10)
    shop.down = True
    with pytest.raises(Unavailable):
        await feed.changes(first.next, 10)
    with pytest.raises(Unavailable):
        await feed.changes(None, 10)
    shop.down = False

    assert (await feed.changes(first.next, 10)).items == []


async def test_many_listeners_at_once_ask_for_all_of_them(feed: StockFeed, shop: Shop) -> None:
    token = (await feed.changes(None, 10)).next
    shop.asked, shop.stock["A"] = 0, 8

    pages = await asyncio.gather(*(feed.changes(token, 10) for _ in range(20)))

    assert {str(told(page)) for page in pages} == {"{'A': 8}"}
    assert shop.asked <= 2


async def test_two_processes_do_not_share_a_file(feed: StockFeed, tmp_path: Path) -> None:
    assert feed.snapshot
    with pytest.raises(FileInUse):
        Snapshot(tmp_path / "catalogue.sqlite")


STOCKS = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 2))
STEPS = st.lists(
    st.one_of(
        STOCKS,
        st.integers(1, 3),  # a page of that size
        st.sampled_from(["restart", "a month", "another listener"]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps=STEPS)
async def test_whatever_happens_a_follower_knows_what_there_is(
    steps: list[dict[str, int] | int | str],
) -> None:
    shop, known, token = Shop(), dict[str, int | None](), None

    def learn(page: StockChanges) -> str:
        if page.full:
            known.clear()
        known.update(told(page))
        return page.next

    with TemporaryDirectory() as folder:
        for step in [*steps, 100]:
            async with opened(shop, Path(folder)) as feed:  # each step after a restart
                match step:
                    case dict():
                        shop.stock = step
                    case int():
                        token = learn(await feed.changes(token, step))
                    case "a month":
                        shop.now += REMEMBERED + timedelta(seconds=1)
                    case "another listener":
                        await feed.changes(None, 1)
        assert {sku: now for sku, now in known.items() if now is not None} == shop.stock
