"""Where a page finds things here."""

PREFIX = "/experience/web/v1"


def order_url(order_id: str) -> str:
    return f"{PREFIX}/orders/{order_id}"


def events_url(order_id: str) -> str:
    return f"{order_url(order_id)}/events"


def return_url(order_id: str, return_id: str) -> str:
    return f"{order_url(order_id)}/returns/{return_id}"


def update_url(update_id: str) -> str:
    return f"{PREFIX}/account/updates/{update_id}"


def sign_up_url(sign_up_id: str) -> str:
    return f"{PREFIX}/sign-ups/{sign_up_id}"
