"""The web API serves a page in a browser: plain JavaScript in Chromium, from an origin of its own."""

from tests.consumers.running import Running
from tests.consumers.web import visit
from tests.consumers.web.browser import shop
from tests.services import program

MINOR = 2 * 1495 + 4999


async def unseen(_name: str) -> None:
    """No picture."""


async def test_from_nobody_to_a_customer_whose_order_came_back(there: Running) -> None:
    async with shop(program("chromium"), there) as visited:
        await visit.look_around_while_the_warehouse_is_down(visited, unseen)
        customer = await visit.sign_up(visited, unseen)
        await visit.fill_the_cart(visited, unseen)
        order_id = await visit.order(visited, unseen)

        visited.backends.assert_complete(order_id, MINOR)
        assert visited.backends.orders_of(customer) == [order_id]

        await visit.give_back(visited, unseen)

        assert visited.backends.money_taken(order_id) == 0
        assert visited.backends.received(order_id) == {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
        assert visited.errors == []
