"""Tokens from one layer to the next: whom they speak for, what they allow, and for how long."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from runtime.access.hops import LIFETIME, HopTokens
from runtime.context import Identity

KEY = OKPKey.generate_key("Ed25519")
GRANTS = ["erp:read", "erp:write"]
ADA = Identity("C-1001", frozenset({"web:checkout"}), "web")


class Clock:
    seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> HopTokens:
    return HopTokens("process/orders", KEY, GRANTS, clock)


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, KEY, algorithms=["Ed25519"]).claims


def test_a_token_speaks_for_the_caller_with_the_apis_own_scopes(tokens: HopTokens) -> None:
    held = claims(tokens.token(ADA, "system/erp/v1"))

    assert (held["iss"], held["aud"]) == ("strata:process", "strata:system")
    assert (held["sub"], held["client_id"]) == ("C-1001", "process/orders")
    assert held["scope"] == "erp:read erp:write"


def test_only_who_may_act_for_anybody_hands_that_on(tokens: HopTokens) -> None:
    anybody = Identity("C-1001", frozenset({"any-subject"}))

    assert "any-subject" not in claims(tokens.token(ADA, "system/erp/v1"))["scope"]
    assert (
        claims(tokens.token(anybody, "system/erp/v1"))["scope"] == "erp:read erp:write any-subject"
    )
    assert "any-subject" not in claims(tokens.token(ADA, "system/erp/v1"))["scope"]


def test_a_token_serves_many_calls_of_one_layer(tokens: HopTokens) -> None:
    first = tokens.token(ADA, "system/erp/v1")

    assert tokens.token(ADA, "system/crm/v1") == first
    assert tokens.token(Identity("C-1001", frozenset(), "mobile"), "system/erp/v1") == first


def test_another_caller_or_layer_has_another_token(tokens: HopTokens) -> None:
    made = {
        tokens.token(Identity(subject), f"{layer}/any/v1")
        for subject in ("C-1001", "C-1002", "")
        for layer in ("system", "process")
    }

    assert len(made) == 6


def test_a_token_in_use_always_has_half_its_life_before_it(tokens: HopTokens, clock: Clock) -> None:
    used = set()
    for _ in range(2 * LIFETIME):
        token = tokens.token(ADA, "system/erp/v1")
        used.add(token)
        assert claims(token)["exp"] - clock.seconds >= LIFETIME / 2 - 1
        clock.seconds += 1.5

    assert len(used) == 6
