"""Whom we do not take on is not told why: all such refusals look the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from experience_apis.web.views import UNTOLD
from runtime.problems import Rejected


@contextmanager
def not_saying_why() -> Iterator[None]:
    try:
        yield
    except Rejected as problem:
        if problem.document["type"] not in UNTOLD:
            raise
        raise Rejected(
            kind="sign-up-refused",
            title="We cannot take on this customer",
            instance=problem.document.get("instance"),
        ) from problem
