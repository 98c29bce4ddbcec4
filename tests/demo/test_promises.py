"""A promise is held against what the backends have, and is not kept by anything else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox.demo import promises
from sandbox.demo.books import Entry, Holdings
from sandbox.demo.promises import Promise
from sandbox.demo.shop import Answer

LINES = {"LAMP-LED-A1": 2}
MINOR = 9998

ORDER = Entry("ERP", "4500000001", "20", "confirmed", LINES, MINOR)
HOLD = Entry("warehouse", "hold", "COMMITTED", "allocated", LINES)
PAYMENT = Entry("payments", "pi_1", "succeeded", "taken", {}, MINOR)
WHOLE = Holdings([ORDER], [HOLD], [PAYMENT])
UNDONE = Holdings(
    [replace(ORDER, means="cancelled")],
    [replace(HOLD, means="released")],
    [replace(PAYMENT, means="let go")],
)

Doctor = Callable[[], Holdings]


def broken(found: list[Promise]) -> list[str]:
    return [promise.text for promise in found if not promise.kept]


def test_an_order_that_is_whole_keeps_them_all() -> None:
    assert broken(promises.complete(WHOLE, MINOR, LINES)) == []


def test_what_was_undone_keeps_them_all() -> None:
    assert broken(promises.nothing_left(UNDONE)) == []
    assert broken(promises.nothing_left(Holdings([], [], []))) == []


@pytest.mark.parametrize(
    ("doctored", "text"),
    [
        (replace(WHOLE, orders=[ORDER, ORDER]), "one ERP order, confirmed"),
        (replace(WHOLE, orders=[]), "one ERP order, confirmed"),
        (replace(WHOLE, orders=[replace(ORDER, means="entered")]), "one ERP order, confirmed"),
        (replace(WHOLE, orders=[replace(ORDER, minor=1)]), "one ERP order, confirmed"),
        (replace(WHOLE, orders=[replace(ORDER, lines={})]), "one ERP order, confirmed"),
        (replace(WHOLE, holds=[replace(HOLD, means="held")]), "goods allocated"),
        (replace(WHOLE, holds=[]), "goods allocated"),
        (replace(WHOLE, payments=[PAYMENT, PAYMENT]), "charged once, 99.98 EUR"),
        (replace(WHOLE, payments=[replace(PAYMENT, minor=1)]), "charged once, 99.98 EUR"),
        (
            replace(WHOLE, payments=[PAYMENT, replace(PAYMENT, means="authorised")]),
            "charged once, 99.98 EUR",
        ),
    ],
)
def test_an_order_that_is_not_whole_breaks_the_promise_it_was(
    doctored: Holdings, text: str
) -> None:
    assert broken(promises.complete(doctored, MINOR, LINES)) == [text]


@pytest.mark.parametrize(
    ("doctored", "text"),
    [
        (replace(UNDONE, orders=[replace(ORDER, means="entered")]), "no order in the ERP"),
        (replace(UNDONE, holds=[replace(HOLD, means="held")]), "no goods held"),
        (replace(UNDONE, payments=[PAYMENT]), "no money held or taken"),
        (
            replace(UNDONE, payments=[replace(PAYMENT, means="authorised")]),
            "no money held or taken",
        ),
    ],
)
def test_whatever_is_left_is_found(doctored: Holdings, text: str) -> None:
    assert broken(promises.nothing_left(doctored)) == [text]


@pytest.mark.parametrize(
    ("status", "media_type", "kind"),
    [
        (201, "application/problem+json", "card-declined"),
        (422, "application/json", "card-declined"),
        (422, "application/problem+json", "invalid-body"),
    ],
)
def test_another_answer_than_the_one_promised_is_seen(
    status: int, media_type: str, kind: str
) -> None:
    answer = Answer(status, media_type, {"type": f"urn:strata:problem:{kind}"}, 1.0)
    assert not promises.answered(answer, 422, "card-declined").kept


def test_stock_is_counted() -> None:
    before = {"LAMP-LED-A1": 5}
    assert promises.stock(before, {"LAMP-LED-A1": 3}, LINES).kept
    assert not promises.stock(before, {"LAMP-LED-A1": 4}, LINES).kept
    assert not promises.stock(before, {"LAMP-LED-A1": 4}, {}).kept
