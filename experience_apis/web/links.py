"""Where a page finds things here, and what problems of the layer below point at."""

from runtime.apis.places import Places

PREFIX = "/experience/web/v1"

PLACES = Places(
    PREFIX,
    {
        "/process/orders/v1/orders/{order}": "/orders/{order}",
        "/process/orders/v1/orders/{order}/returns/{back}": "/orders/{order}/returns/{back}",
        "/process/onboarding/v1/onboardings/{id}": "/sign-ups/{id}",
        "/process/customers/v1/customers/{id}/profile-updates/{update}": "/account/updates/{update}",
    },
)


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
