"""What may be put into the path of a URL: an id is one part of it, and never none."""

from urllib.parse import quote

from runtime.problems import Rejected

NO_PARTS = frozenset({"", ".", ".."})
"""A path with one of these is another path to whoever normalises it (RFC 3986, section 5.2.4)."""


def segment(value: str) -> str:
    """An id as one part of a path.

    Raises Rejected for what is no id to anybody: who sent it is told so, as of any wrong parameter.
    """
    if value in NO_PARTS:
        raise Rejected(
            "an id is expected in a path, not nothing and not dots",
            kind="invalid-parameter",
            title="A parameter is not valid",
            status=400,
        )
    return quote(value, safe="")
