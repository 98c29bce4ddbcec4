"""The web API serves a page in a browser: plain JavaScript in Chromium, from an origin of its own."""

from pathlib import Path

from tests.consumers.web import visit
from tests.consumers.web.browser import shop
from tests.services import program

MINOR = 2 * 1495 + 4999


async def unseen(_name: str) -> None:
    """No picture."""


async def test_from_nobody_to_a_customer_whose_order_came_back(tmp_path: Path) -> None:
    async with shop(program("chromium"), tmp_path) as there:
        await visit.look_around_while_the_warehouse_is_down(there, unseen)
        customer = await visit.sign_up(there, unseen)
        await visit.fill_the_cart(there, unseen)
        order_id = await visit.order(there, unseen)

        there.backends.assert_complete(order_id, MINOR)
        assert there.backends.orders_of(customer) == [order_id]

        await visit.give_back(there, unseen)

        assert there.backends.money_taken(order_id) == 0
        assert there.backends.received(order_id) == {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
        assert there.errors == []
