"""A visit to the shop: from nobody to a customer with an order that came back."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.consumers.web.browser import PATIENCE_MS, Shop

Shoot = Callable[[str], Awaitable[object]]
"""Takes a picture of the page as it is, under a name."""

APPLICANT = {
    "name": "Marguerite Quell",  # the screening provider wants a person to look at her
    "email": "marguerite.quell@example.com",
    "street": "Götgatan 21",
    "postalCode": "116 46",
    "city": "Stockholm",
    "country": "SE",
}
WANTED = ("LAMP-LED-A1", "CBL-USBC-2M", "CBL-USBC-2M")
TOTAL = "€79.89"
SLOW = (
    ("erp", "CreateSalesOrder"),
    ("payments", "captureIntent"),
    ("erp", "ConfirmSalesOrder"),
)
"""What takes longer than the page waits for an order."""

expect.set_options(timeout=PATIENCE_MS)


async def look_around_while_the_warehouse_is_down(shop: Shop, shoot: Shoot) -> None:
    shop.backends.fault("inventory", "*", "error_500", times=20)
    await shop.page.goto(shop.url)
    await expect(shop.page.locator("#catalogue li").first).to_contain_text("stock unknown")
    await expect(shop.page.locator("#degraded")).to_contain_text("availability")
    await shoot("degraded")
    shop.backends.mend()


async def sign_up(shop: Shop, shoot: Shoot) -> str:
    """Looked at by a person, who approves; the id of the customer."""
    page = shop.page
    await page.goto(shop.url)
    for name, value in APPLICANT.items():
        await page.fill(f"input[name={name}]", value)
    await page.click("#sign-up button")
    await expect(page.locator("#sign-up-state")).to_contain_text("In review")
    await shoot("sign-up")
    waiting = await shop.onboardings.ask("GET", "/onboardings?status=review", client="reviewer")
    [onboarding] = waiting.json()["items"]
    approved = await shop.onboardings.decide(onboarding["id"], "approve")
    assert approved.status_code == 200, approved.text
    await expect(page.locator("#who")).to_have_text(APPLICANT["name"])
    return str(approved.json()["customerId"])


async def fill_the_cart(shop: Shop, shoot: Shoot) -> None:
    for sku in WANTED:
        await shop.page.click(f"button[data-sku={sku}]")
    await expect(shop.page.locator("#total")).to_have_text(TOTAL)
    await shoot("catalogue")


async def order(shop: Shop, shoot: Shoot) -> str:
    """While the systems take their time, and clicked twice: one order, watched to its end; its id."""
    page = shop.page
    for backend, operation in SLOW:
        shop.backends.fault(backend, operation, "delay", seconds=1.2)
    await page.dblclick("#order")
    await expect(page.locator("#status")).to_have_text("placing")
    await shoot("placing")
    await expect(page.locator("#history")).to_contain_text("Order confirmed")
    await expect(page.locator("#status")).to_have_text("placed")
    await expect(page.locator("#paid")).to_have_text(TOTAL)
    await expect(page.locator("#invoice")).to_contain_text("tax €15.98")
    await expect(page.locator("#problem")).to_be_hidden()
    await shoot("placed")
    return await page.locator("#order-id").inner_text()


async def give_back(shop: Shop, shoot: Shoot) -> None:
    await shop.page.click("#give-back")
    await expect(shop.page.locator("#paid")).to_have_text(f"{TOTAL} given back")
    await expect(shop.page.locator("#status")).to_have_text("returned")
    await shoot("returned")
