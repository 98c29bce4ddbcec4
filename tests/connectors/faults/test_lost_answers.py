"""Done, and the answer lost: the call ends in time, says that nobody knows, and the same again heals it.

Over HTTP each vendor's own tests prove it against its stateful backend.
"""

import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest

from runtime.context import entered
from runtime.problems import Unavailable
from tests.connectors.faults.bad_days import MARGIN, SHORT, in_a_hurry
from tests.connectors.faults.between import Between
from tests.connectors.faults.beyond_http import Vendor
from tests.connectors.faults.rogue import deafness, rogue
from tests.connectors.inventory.nightly import LAMP, available, lines
from tests.connectors.legacy_warehouses import legacy_warehouse
from tests.connectors.nightly_warehouses import nightly_warehouse
from tests.connectors.protocols.sql.test_lost import COMMIT
from tests.connectors.test_every_vendor import MESSAGE
from tests.connectors.vendors import Stand
from tests.connectors.wire import wire


@contextmanager
def nobody_knows() -> Iterator[None]:
    started = time.monotonic()
    with entered(in_a_hurry(SHORT)), pytest.raises(Unavailable) as caught:
        yield
    assert (caught.value.code, caught.value.slug) == (504, "no-answer")
    assert time.monotonic() - started < SHORT + MARGIN


@pytest.mark.parametrize("protocol", COMMIT)
async def test_a_commit_whose_answer_is_lost(protocol: str, tmp_path: Path) -> None:
    async with legacy_warehouse(protocol, tmp_path) as house:
        vendor = Vendor(protocol, house.stand)
        async with wire(*vendor.address) as broken:
            async with aclosing(vendor.at(broken.local, tmp_path)) as warehouse:
                before = await available(warehouse)
                broken.fates.append((COMMIT[protocol], "dead"))
                with nobody_knows():
                    await warehouse.put_reservation("R-late", lines(lamp=1), 900)
            assert broken.fates == []

        async with aclosing(vendor.at(vendor.address[1], tmp_path)) as warehouse:
            held = await warehouse.get_reservation("R-late")
            assert await warehouse.put_reservation("R-late", lines(lamp=1), 900) == held
            assert await available(warehouse, LAMP) == before - 1


async def test_a_file_that_was_published_and_nobody_said_so(tmp_path: Path) -> None:
    async with nightly_warehouse(tmp_path) as house:
        vendor, orders = Vendor("sftp", house.stand), house.warehouse.home / "orders"
        between = Between(*vendor.address, deafness, until=lambda: any(orders.glob("A*.DAT")))
        async with (
            rogue(between.meet) as port,
            aclosing(vendor.at(port, tmp_path / "ours")) as warehouse,
        ):
            await warehouse.put_reservation("R-late", lines(lamp=1), 900)
            with nobody_knows():
                await warehouse.commit_reservation("R-late")
        [published] = orders.glob("A*.DAT")
        content = published.read_bytes()

        async with aclosing(vendor.at(vendor.address[1], tmp_path / "ours")) as warehouse:
            assert (await warehouse.commit_reservation("R-late")).status == "committed"
        assert [path.read_bytes() for path in orders.iterdir() if path.is_file()] == [content]


async def test_a_letter_that_was_taken_and_nobody_said_so(
    sandbox_smtp: Stand, tmp_path: Path
) -> None:
    vendor = Vendor("smtp", sandbox_smtp)
    async with wire(*vendor.address, (b"\r\n.\r\n", "dead")) as broken:
        relay = vendor.at(broken.local, tmp_path)
        with nobody_knows():
            await relay.put_message("M-late", MESSAGE)
        unknown = await relay.get_message("M-late")
    assert unknown.status == "unknown"

    again = await vendor.at(vendor.address[1], tmp_path).put_message("M-late", MESSAGE)
    assert (again.status, again.reference) == ("accepted", unknown.reference)
