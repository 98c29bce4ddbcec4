"""Delta sync: whatever happens between two answers, an app that applies them has what there is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models.experience.mobile.v1 import Changes, OrderSummary
from experience_apis.mobile.delta import WINDOW, changes

NOW = datetime(2026, 6, 1, tzinfo=UTC)
STATUSES = st.sampled_from(["placing", "placed", "shipped", "attention"])
WINDOWS = st.dictionaries(st.integers(0, 40), STATUSES, max_size=WINDOW).map(
    lambda held: [an_order(number, status) for number, status in sorted(held.items(), reverse=True)]
)


def an_order(number: int, status: str = "placed") -> OrderSummary:
    told = {"id": f"ord_{number:020d}", "status": status, "placedAt": NOW}
    return OrderSummary.model_validate(told)


class App:
    """What a client does with an answer."""

    def __init__(self) -> None:
        self.kept: dict[str, OrderSummary] = {}
        self.token: str | None = None

    def apply(self, told: Changes) -> None:
        if told.full:
            self.kept.clear()
        for order_id in told.removed:
            del self.kept[order_id]
        self.kept |= {order.id: order for order in told.changed}
        self.token = told.token


@given(st.lists(WINDOWS, min_size=1, max_size=6))
def test_an_app_has_what_there_is_and_a_replay_changes_nothing(
    windows: list[list[OrderSummary]],
) -> None:
    app = App()
    for place, now in enumerate(windows):
        told = changes(now, app.token, "C-1")
        app.apply(told)

        assert app.kept == {order.id: order for order in now}
        assert told.full == (place == 0)
        again = changes(now, app.token, "C-1")
        assert (again.full, again.changed, again.removed) == (False, [], [])
        assert again.token == app.token


def test_only_what_is_new_or_different_is_sent_and_what_is_gone_is_a_tombstone() -> None:
    before = changes([an_order(2), an_order(1), an_order(0)], None, "C-1")

    told = changes([an_order(3), an_order(2, "shipped"), an_order(1)], before.token, "C-1")

    assert told.changed == [an_order(3), an_order(2, "shipped")]
    assert told.removed == [an_order(0).id]


TOKEN = changes([an_order(1)], None, "C-1").token
INSIDE = urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))


@pytest.mark.parametrize(
    "unreadable",
    [
        *("x", "ä", "AAAA", TOKEN[:-4]),
        changes([an_order(1)], None, "C-2").token,
        *(
            urlsafe_b64encode(other).decode()
            for other in (b"\2" + INSIDE[1:], INSIDE + INSIDE[7:] * 15)
        ),
    ],
    ids=["short", "foreign", "zeros", "cut", "another's", "another form", "too long"],
)
def test_a_token_that_is_not_ours_or_not_the_customers_starts_anew(unreadable: str) -> None:
    told = changes([an_order(1)], unreadable, "C-1")

    assert (told.full, told.changed, told.removed) == (True, [an_order(1)], [])


@given(st.text(max_size=300))
def test_no_text_breaks_it(since: str) -> None:
    assert changes([an_order(1)], since, "C-1").full
