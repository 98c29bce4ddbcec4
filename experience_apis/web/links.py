"""Where a page finds things here; problems of the layer below point into that one, and are pointed here."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.problems import Problem

PREFIX = "/experience/web/v1"

HERE = (
    (re.compile(r"^/process/orders/v1/orders/"), f"{PREFIX}/orders/"),
    (re.compile(r"^/process/onboarding/v1/onboardings/"), f"{PREFIX}/sign-ups/"),
    (
        re.compile(r"^/process/customers/v1/customers/[^/]+/profile-updates/"),
        f"{PREFIX}/account/updates/",
    ),
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


@contextmanager
def pointing_here() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        if instance := problem.document.get("instance"):
            problem.with_instance(_here(instance))
        raise


def _here(instance: str) -> str:
    for there, here in HERE:
        instance = there.sub(here, instance)
    return instance
