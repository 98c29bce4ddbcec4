"""A token is signed for whom it names, and may name nobody: that becomes no other path below."""

from typing import Any

import pytest

from tests.end_to_end.deployment import Deployment
from tests.end_to_end.every_operation import MOBILE, WEB
from tests.end_to_end.people import HOME
from tests.end_to_end.tokens import forged

ASKED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("GET", MOBILE, "/home", {}),
    ("GET", MOBILE, "/profile", {}),
    ("GET", WEB, "/account", {}),
    ("PUT", WEB, "/account/addresses/delivery", {"json": HOME}),
)


@pytest.mark.once
@pytest.mark.parametrize("subject", [".", "..", ""])
async def test_who_is_nobody_is_refused_before_anybody_below_is_asked(
    platform: Deployment, subject: str
) -> None:
    token = forged(platform, sub=subject, scope="mobile:home mobile:profile web:account")
    for method, api, path, body in ASKED:
        headers = {"authorization": f"Bearer {token}"}
        problem = (await platform.call(method, api, path, headers=headers, **body)).json()

        kind = problem["type"].removeprefix("urn:strata:problem:")
        assert (problem["status"], kind) == (400, "invalid-parameter")
        assert "errors" not in problem  # those would name a parameter of an API below
